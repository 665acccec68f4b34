internal import Domain
internal import Foundation

/// Members, teams, and what agents see. Template `people`.
struct PeopleView: RenderedView {
    static let template = "people"
    let names: [String: any Sendable]

    /// A link that is shown this once.
    struct Link: Sendable {
        let name: String
        /// Path of the page on which they choose a password.
        let path: String

        init(name: String, path: String) { (self.name, self.path) = (name, path) }
    }

    /// Somebody who is to be added.
    struct Draft: Sendable {
        var name = ""
        var email = ""
        var role = Role.agent
        var problem: AccountProblem?
    }

    /// A team as it was filled in, new without an id.
    struct TeamDraft: Sendable {
        let id: Identifier<Team>?
        let name: String
        let members: [Identifier<Account>]
        let distribution: Distribution
        var problem: TeamProblem?

        init(
            id: Identifier<Team>?, name: String = "", members: [Identifier<Account>] = [], distribution: Distribution = .manual,
            problem: TeamProblem? = nil
        ) {
            (self.id, self.name, self.members, self.distribution, self.problem) = (id, name, members, distribution, problem)
        }

        init(id: Identifier<Team>?, _ form: FormFields) {
            self.init(
                id: id, name: form["name"] ?? "", members: form.all("members").map { Identifier<Account>($0) },
                distribution: form["distribution"].flatMap(Distribution.init(rawValue:)) ?? .manual)
        }
    }

    init(
        _ members: [Member], teams: [Team], visibility: VisibilityLevel, distribution: Distribution, link: Link?, draft: Draft,
        teamDraft: TeamDraft?,
        canMakeOwners: Bool, notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let newTeam = teamDraft.flatMap { $0.id == nil ? $0 : nil } ?? TeamDraft(id: nil)
        let roles = Role.allCases.filter { $0 != .owner || canMakeOwners }
        let fields = [
            FieldView(
                "name", label: "Name", help: "Colleagues see it.", value: draft.name, error: Self.error("name", draft.problem)),
            FieldView(
                "email", label: "E-mail", help: "They sign in with it.", value: draft.email, error: Self.error("email", draft.problem),
                type: "email"),
        ]
        names = workspace.names(title: "People", place: .settings, notice: notice).with([
            "link": (link?.path).orFalse, "linkName": link?.name ?? "", "fields": fields,
            "members": members.map {
                MemberView($0, teams: teams, isMe: $0.account.id == workspace.accountID, roles: roles, canMakeOwners: canMakeOwners)
            },
            "roleChoices": Self.choices(roles, chosen: draft.role),
            "levelChoices": VisibilityLevel.allCases.map {
                ChoiceView(value: $0.rawValue, label: Self.name(of: $0), help: Self.help(for: $0), isSelected: $0 == visibility)
            },
            "distributionChoices": Self.choices(chosen: distribution),
            "teams": teams.map { team in
                let refused = teamDraft.flatMap { $0.id == team.id ? $0 : nil }
                return TeamView(
                    refused ?? TeamDraft(id: team.id, name: team.name, members: team.members, distribution: team.distribution), of: members,
                    isOpen: refused != nil)
            },
            "newTeam": [TeamView(newTeam, of: members, isOpen: newTeam.problem != nil)],
        ]).with(SettingsTab.people.names)
    }

    private static func error(_ field: String, _ problem: AccountProblem?) -> String? {
        problem.flatMap { $0.field == field ? $0.detail : nil }
    }

    static func choices(_ roles: [Role], chosen: Role) -> [ChoiceView] {
        roles.map { ChoiceView(value: $0.rawValue, label: $0.rawValue.capitalized, isSelected: $0 == chosen) }
    }

    static func choices(chosen: Distribution) -> [ChoiceView] {
        Distribution.allCases.map { one in
            let (label, help) =
                switch one {
                case .manual: ("Whoever takes them", "Nobody is given a conversation by itself.")
                case .roundRobin: ("In turn", "Each goes to who was given one longest ago.")
                case .leastBusy: ("Who has the fewest", "Each goes to who has the fewest open conversations.")
                }
            return ChoiceView(value: one.rawValue, label: label, help: help, isSelected: one == chosen)
        }
    }

    private static func name(of level: VisibilityLevel) -> String {
        switch level {
        case .own: "Their own"
        case .team: "Their own and their teams'"
        case .all: "All"
        }
    }

    private static func help(for level: VisibilityLevel) -> String {
        switch level {
        case .own: "Only conversations that are assigned to them."
        case .team: "Those too that are assigned to one of their teams, or to nobody."
        case .all: "Every conversation of the workspace."
        }
    }

    struct MemberView: View {
        let names: [String: any Sendable]

        init(_ member: Member, teams: [Team], isMe: Bool, roles: [Role], canMakeOwners: Bool) {
            let id = member.account.id
            let isFixed = member.role == .owner && !canMakeOwners
            names = [
                "memberID": id.text, "memberName": member.account.name, "memberEmail": member.account.email.text, "memberIsMe": isMe,
                "memberIsAway": member.isActive && member.availability == .away, "memberIsActive": member.isActive,
                "memberIsInvited": member.isActive && member.isInvited,
                "memberRole": member.role.rawValue.capitalized, "memberRoleIsFixed": isFixed,
                "memberTeams": teams.filter { $0.members.contains(id) }.map(\.name),
                "memberRoleChoices": PeopleView.choices(roles, chosen: member.role),
                "memberHue": Initials.hue(of: member.account.name), "memberInitials": Initials.of(member.account.name),
            ]
        }
    }

    struct TeamView: View {
        let names: [String: any Sendable]

        init(_ team: TeamDraft, of members: [Member], isOpen: Bool) {
            let people = team.members.count == 1 ? "1 person" : "\(team.members.count) people"
            let isName = team.problem?.field == "name"
            names = [
                "teamID": (team.id?.text).orFalse, "teamKey": team.id?.text ?? "new", "teamName": team.name, "teamPeople": people,
                "teamIsOpen": isOpen, "teamDistributionChoices": PeopleView.choices(chosen: team.distribution),
                "teamNameError": (isName ? team.problem?.detail : nil).orFalse,
                "teamError": (isName ? nil : team.problem?.detail).orFalse,
                "teamMembers": members.map {
                    ChoiceView(
                        value: $0.account.id.text, label: $0.account.name, help: $0.account.email.text,
                        isSelected: team.members.contains($0.account.id))
                },
            ]
        }
    }
}
