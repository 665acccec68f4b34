import Domain
import Foundation
import Testing

@Suite("Who sees which conversations")
struct VisibilityTests {
    private static let (me, colleague) = (Identifier<Account>.make(at: .distantPast), Identifier<Account>.make(at: .now))
    private static let (ours, theirs) = (Identifier<Team>.make(at: .distantPast), Identifier<Team>.make(at: .now))

    @Test(
        "own is what is mine; team adds what is my teams' and what is nobody's; all is all",
        arguments: [
            (Assignment.nobody, false, true),
            (Assignment(assignee: me), true, true),
            (Assignment(assignee: colleague), false, false),
            (Assignment(team: ours), false, true),
            (Assignment(team: theirs), false, false),
            (Assignment(assignee: me, team: theirs), true, true),
            (Assignment(assignee: colleague, team: ours), false, true),
            (Assignment(assignee: colleague, team: theirs), false, false),
        ])
    func rule(assignment: Assignment, own: Bool, team: Bool) {
        #expect(Visibility(.own, of: Self.me, teams: [Self.ours]).includes(assignment) == own)
        #expect(Visibility(.team, of: Self.me, teams: [Self.ours]).includes(assignment) == team)
        #expect(Visibility(.all, of: Self.me, teams: []).includes(assignment))
    }

    @Test(
        "an assignment survives the event log",
        arguments: [
            Assignment.nobody, Assignment(assignee: me), Assignment(team: ours), Assignment(assignee: me, team: ours),
        ])
    func eventText(assignment: Assignment) {
        #expect(Assignment(eventText: assignment.eventText) == assignment)
    }

    @Test("owners and admins always see everything")
    func fixedRoles() {
        #expect(Role.allCases.filter(\.hasVisibilityLevel) == [.agent])
    }
}
