import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("The PINs that numbers are registered with")
struct RegistrationPINTests {
    private typealias Scene = NumberSignupTests.Scene

    private static let key = (try? PhoneNumber(parsing: Scene.number)).map(MatchKey.init)

    /// As the database holds it.
    private func sealed(_ scene: Scene) async throws -> String? {
        let (access, key) = (scene.hub.access, try #require(Self.key))
        return try await scene.hub.database.read { try RegistrationPINTable($0, access).find(key) }
    }

    /// Deleted at the provider, and added there again in another account; it has its PIN still.
    private func comesAgain(_ scene: Scene, pin: String) throws {
        try scene.provider.put(Scene.number, id: "700300", in: "900300")
        scene.provider.setPIN(pin, of: "700300")
        scene.hub.channel.report(.success(.healthy(try PhoneNumber(parsing: Scene.number))), of: "700300")
    }

    @Test("a number that is registered again, long after its sign-up and its sender are gone, has its PIN", arguments: TestEngine.allCases)
    func again(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let first = try await scene.begin()
        try await scene.code(for: first)
        try await scene.work()
        let pin = try #require(scene.provider.pins[FakeSignups.number])
        try await scene.senders.remove(scene.sender(of: first).id, access: hub.access)
        hub.clock.advance(by: 40 * 86_400)
        try await Housekeeper(database: hub.database, signals: hub.signals, now: { hub.clock.now }).clean()
        await #expect(throws: NumberSignupProblem.missing) { try await scene.find(first) }
        try comesAgain(scene, pin: pin)
        let id = try await scene.afterRestart.begin()
        try await scene.code("AQ2", for: id)
        try await scene.work()
        let signup = try await scene.find(id)
        #expect((signup.step, signup.needsPIN) == (.done, false))
        #expect(scene.provider.count("register") == 2)
    }

    @Test("starting over keeps the PIN that was used, whose answer may have been lost", arguments: TestEngine.allCases)
    func startedOver(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        scene.provider.fail("register", .providerUnreachable("it is silent"))
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let kept = try #require(try await sealed(scene))
        _ = try await scene.service.decide(.startOver, for: id, server: Scene.server, access: scene.hub.access)
        scene.provider.fail("register", nil)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        let pin = try #require(scene.provider.pins[FakeSignups.number])
        #expect(kept.hasSuffix(":\(pin)"))
        #expect(try await sealed(scene) == kept)
    }

    @Test("one that the provider refuses is forgotten, and the one that somebody types is kept", arguments: TestEngine.allCases)
    func typed(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let access = scene.hub.access
        scene.provider.setPIN("824613")
        let first = try await scene.begin()
        try await scene.code(for: first)
        try await scene.work()
        #expect(try await scene.find(first).needsPIN)
        #expect(try await sealed(scene) == nil)
        _ = try await scene.service.give(try RegistrationPIN(parsing: "824613"), for: first, access: access)
        try await scene.work()
        let stored = try await scene.hub.database.read { try NumberSignupTable($0, access).find(first) }
        #expect(stored?.sealedPIN == nil)
        try await scene.senders.remove(scene.sender(of: first).id, access: access)
        try await scene.service.delete(first, access: access)
        try comesAgain(scene, pin: "824613")
        let id = try await scene.begin()
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("it is only for those who may connect numbers, of this workspace", arguments: TestEngine.allCases)
    func permissions(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, key) = (scene.hub, try #require(Self.key))
        try await hub.database.write {
            try RegistrationPINTable($0, hub.access).keep("sealed", of: key, replaces: false, at: hub.clock.now)
        }
        try await hub.database.write { try RegistrationPINTable($0, hub.access).keep("other", of: key, replaces: false, at: hub.clock.now) }
        #expect(try await sealed(scene) == "sealed")
        let other = try await TestHub(hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        #expect(try await hub.database.read { try RegistrationPINTable($0, other.access).find(key) } == nil)
        for missing in [Grant.connectionsManage, .sendersManage] {
            let access = Access(
                workspaceID: hub.workspaceID, actor: .system("test"), grants: Set(Grant.allCases).subtracting([missing]),
                visibility: .all, address: nil)
            await #expect(throws: AccessProblem.notPermitted(missing)) {
                try await hub.database.read { try RegistrationPINTable($0, access).find(key) }
            }
            await #expect(throws: AccessProblem.notPermitted(missing)) {
                try await hub.database.write { try RegistrationPINTable($0, access).forget(key) }
            }
        }
    }
}
