import Domain
import Synchronization
import TestSupport
import Testing

@testable import Services

@Suite("Following the event log")
struct EventFollowingTests {
    @Test("a workspace that can't be read keeps no other waiting")
    func onwards() async throws {
        let following = EventFollowing("test", try await TestDatabase.make(.sqlite), Signals())
        let workspaces = (0..<3).map { Identifier<Workspace>("wrk_\($0)") }
        let steps = Mutex<[Identifier<Workspace>]>([])
        struct Unreadable: Error {}
        try await following.readOn { _, _ in
            workspaces
        } _: { workspaceID in
            let count = steps.withLock { steps in
                steps.append(workspaceID)
                return steps.count { $0 == workspaceID }
            }
            if workspaceID == workspaces[1] { throw Unreadable() }
            return count < 2
        }
        #expect(steps.withLock(\.self) == [workspaces[0], workspaces[0], workspaces[1], workspaces[2], workspaces[2]])
    }
}
