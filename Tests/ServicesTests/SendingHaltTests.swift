import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("The go after a restore")
struct SendingHaltTests {
    @Test("who may start sending starts it for all; who may not is refused", arguments: TestEngine.allCases)
    func go(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("Hello"))
        _ = try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
                content: .text(.init(body: "Hi")), replyTo: nil), access: hub.access)
        let halt = SendingHalt(reason: .restored, since: hub.clock.now, backupAt: hub.clock.now)
        try await hub.database.write { try SettingTable($0).set(JSONText.encode(halt), for: .sendingHalted) }
        await hub.sending.halts.refresh()
        #expect(hub.sending.halts.recent == halt)
        #expect(try await hub.sending.state(access: hub.access) == SendingState(halt: halt, waiting: 1))
        let agent = Access(workspaceID: hub.workspaceID, actor: .system("agent"), grants: Role.agent.grants, visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.settingsManage)) { try await hub.sending.liftHalt(access: agent) }
        #expect(try await hub.sending.liftHalt(access: hub.access) == SendingState(halt: nil, waiting: 1))
        #expect(hub.sending.halts.recent == nil)
        #expect(try await hub.allEvents().last?.cause == "sending-resumed")

        // By another process.
        try await hub.database.write { try SettingTable($0).set(JSONText.encode(halt), for: .sendingHalted) }
        await hub.sending.halts.refresh()
        #expect(hub.sending.halts.recent == halt)
        #expect(try await hub.database.write { try SettingTable($0).remove(.sendingHalted) })
        await hub.sending.halts.refresh()
        #expect(hub.sending.halts.recent == nil)
    }
}
