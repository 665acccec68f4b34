internal import Domain
internal import Services

/// Who is given the new conversations of a number. Template `handling`.
struct HandlingView: RenderedView {
    static let template = "handling"
    let names: [String: any Sendable]

    /// The form as it is filled in.
    struct Draft: Sendable {
        enum Choice: String { case team, person, anyone }

        let choice: Choice
        let team, person: String

        /// Where nobody is chosen yet, a team is what most want.
        init(_ handler: Assignment, hasTeams: Bool) {
            (team, person) = (handler.team?.text ?? "", handler.assignee?.text ?? "")
            choice = handler.assignee != nil ? .person : handler.team != nil || hasTeams ? .team : .anyone
        }

        init(_ form: FormFields) {
            choice = form["handler"].flatMap(Choice.init(rawValue:)) ?? .anyone
            (team, person) = (form["team"] ?? "", form["person"] ?? "")
        }

        func handler() throws(AssignmentProblem) -> Assignment {
            switch choice {
            case .anyone: return .nobody
            case .team:
                guard let id = Identifier<Team>(parsing: team) else { throw .teamMissing }
                return Assignment(team: id)
            case .person:
                guard let id = Identifier<Account>(parsing: person) else { throw .assigneeMissing }
                return Assignment(assignee: id)
            }
        }
    }

    init(
        _ sender: Sender, _ handling: SenderHandling?, people: [Member], teams: [Team], draft: Draft, problem: AssignmentProblem?,
        mayManage: Bool, notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        func error(_ field: String) -> any Sendable { (problem?.field == field ? problem?.detail : nil).orFalse }
        let own: [String: any Sendable] = [
            "handlingAddress": "\(workspace.base)/whatsapp/senders/\(sender.id.text)/handling", "mayManage": mayManage,
            "handlerNow": SenderWords.handler(handling), "handlerTrouble": SenderWords.trouble(of: handling).orFalse,
            "handlesTeam": draft.choice == .team, "handlesPerson": draft.choice == .person, "handlesAnyone": draft.choice == .anyone,
            "hasTeams": !teams.isEmpty,
            "teamChoices": teams.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: $0.id.text == draft.team) },
            "personChoices": people.map {
                ChoiceView(value: $0.account.id.text, label: $0.account.name, isSelected: $0.account.id.text == draft.person)
            },
            "teamError": error("team"), "personError": error("assignee"),
        ]
        names = own.with(SenderTabs(sender, .handling, in: workspace).names).with(
            workspace.names(title: "Who handles \(sender.name)", place: .senders, notice: notice))
    }
}
