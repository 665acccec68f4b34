internal import Domain

/// The names of the people and teams that a page may have to tell apart.
struct ColleagueNames: Sendable {
    static let none = ColleagueNames(people: [], teams: [], me: nil)

    /// By name.
    let people: [Account]
    /// By name.
    let teams: [Team]
    let me: Identifier<Account>?

    init(people: [Account], teams: [Team], me: Identifier<Account>?) { (self.people, self.teams, self.me) = (people, teams, me) }

    func name(of person: Identifier<Account>) -> String? {
        person == me ? "You" : people.first { $0.id == person }?.name
    }

    func name(of team: Identifier<Team>) -> String? { teams.first { $0.id == team }?.name }

    /// `Kim`, `Sales`, `Kim, Sales`, or nothing. A person who has left isn't named.
    func words(for assignment: Assignment) -> String? {
        let words = [assignment.assignee.flatMap { name(of: $0) }, assignment.team.flatMap { name(of: $0) }].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
