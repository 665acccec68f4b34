import Domain
import Foundation
import NIOCore
import Services

@testable import Web

/// Who handles a number: a team, somebody who has left, a choice that was refused, and only to be looked at.
enum HandlingExamples {
    private static let sender = PageExamples.senders[0]
    private static let team = try! Team(
        id: Identifier("tem_01k00000000000000000000001"), workspaceID: sender.workspaceID, name: "Sales <b>", members: [],
        createdAt: PageExamples.now)

    static let handlings = [
        sender.id: SenderHandling(handler: Assignment(team: team.id), name: nil, problem: .teamMissing),
        PageExamples.senders[1].id: SenderHandling(handler: Assignment(team: team.id), name: "Sales <b>", problem: nil),
    ]

    static let chosen = page(SenderHandling(handler: Assignment(team: team.id), name: team.name, problem: nil), Assignment(team: team.id))
    static let gone = page(
        SenderHandling(handler: Assignment(assignee: person), name: "Kim <i>", problem: .assigneeMissing), Assignment(assignee: person),
        teams: [], theme: .dark)
    static let refused = HandlingView(
        sender, nil, people: [], teams: [team],
        draft: .init(FormFields(parsing: .init(string: "handler=team&team=%3Cx%3E"))), problem: .teamMissing, mayManage: true, notice: nil,
        in: PageExamples.workspace())
    static let onlyLook = page(nil, .nobody, mayManage: false)

    private static let person = Identifier<Account>("acc_01k00000000000000000000001")

    private static func page(
        _ handling: SenderHandling?, _ handler: Assignment, teams: [Team] = [team], mayManage: Bool = true, theme: PageFrame.Theme = .light
    ) -> HandlingView {
        HandlingView(
            sender, handling, people: [], teams: teams, draft: .init(handler, hasTeams: !teams.isEmpty), problem: nil,
            mayManage: mayManage, notice: PageNotice("Saved."), in: PageExamples.workspace(theme))
    }
}
