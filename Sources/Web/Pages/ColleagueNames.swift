internal import Domain

/// The names of the people and teams that a page may have to tell apart.
struct ColleagueNames: Sendable {
    static let none = ColleagueNames(people: [], teams: [], me: nil)

    /// By name.
    let people: [Member]
    /// By name.
    let teams: [Team]
    let me: Identifier<Account>?

    init(people: [Member], teams: [Team], me: Identifier<Account>?) { (self.people, self.teams, self.me) = (people, teams, me) }

    /// The names that a note can call: of all others, and of the teams.
    var callable: [String] {
        var seen: Set<String> = []
        return (people.filter { $0.isActive && $0.account.id != me }.map(\.account.name) + teams.map(\.name)).filter {
            seen.insert($0).inserted
        }
    }

    /// Oneself and who has left among them: for what is written already.
    var everybody: [String] { people.map(\.account.name) + teams.map(\.name) }

    /// To whom a conversation can be given.
    func assigneeChoices(chosen: Identifier<Account>?) -> [ChoiceView] {
        let active = people.filter { $0.isActive || $0.account.id == chosen }
        return ChoiceView.list(
            "Nobody", active.map { ($0.account.id, $0.availability == .away ? "\($0.account.name) (away)" : $0.account.name) },
            chosen: chosen)
    }

    func name(of person: Identifier<Account>) -> String? {
        person == me ? "You" : people.first { $0.account.id == person }?.account.name
    }

    func name(of team: Identifier<Team>) -> String? { teams.first { $0.id == team }?.name }

    /// `Kim`, `Sales`, `Kim, Sales`, or nothing. A person who has left isn't named.
    func words(for assignment: Assignment) -> String? {
        let words = [assignment.assignee.flatMap { name(of: $0) }, assignment.team.flatMap { name(of: $0) }].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
