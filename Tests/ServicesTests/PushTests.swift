import Crypto
import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Notifications shown by browsers")
struct PushTests {
    /// An agent with a browser, and a conversation that a colleague gives them.
    private struct Scene {
        static let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        static let secret = "BTBZMqHH6r4Tts7J_aSIgg"

        let work: Teamwork
        let push: PushService
        let outside = FakeOutside()
        let job: PushJob
        let session: Session
        let access: Access
        var hub: TestHub { work.hub }

        init(_ engine: TestEngine) async throws {
            work = try await Teamwork(engine)
            let hub = work.hub
            let clock = hub.clock
            let box = SecretBox(SecretKey.make().key)
            push = PushService(database: hub.database, sealing: box, signals: hub.signals, now: { clock.now })
            job = PushJob(
                database: hub.database, sealing: box, caller: outside, publicURL: "https://chat.example.com", numbers: .none,
                now: { clock.now })
            access = Access(
                workspaceID: hub.workspaceID, actor: .member(work.me.account.id), grants: Role.agent.grants, visibility: .all, address: nil)
            let session = Session(
                id: .make(at: clock.now), accountID: work.me.account.id, createdAt: clock.now, lastSeenAt: clock.now,
                expiresAt: clock.now.addingTimeInterval(1_000_000), userAgent: nil, address: nil)
            self.session = session
            try await hub.database.write { try SessionTable($0).insert(session, tokenHash: Array(session.id.text.utf8)) }
        }

        func subscribe(_ endpoint: String = "https://push.example.com/send/abc", key: String = Self.key) async throws -> PushSubscription {
            let target = try PushTarget(endpoint: endpoint, p256dh: key, auth: Self.secret)
            return try await push.subscribe(target, session: session, userAgent: "Mozilla/5.0", access: access)
        }

        /// Everything that is to be sent now; returns the errors of what couldn't be.
        func send() async throws -> [any Error] {
            let clock = hub.clock
            let maker = NotificationMaker(database: hub.database, signals: hub.signals, now: { clock.now })
            repeat {
                try await maker.round()
            } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
            let jobs = try await hub.database.write { [hub] in
                try JobTable($0).take(kind: PushJob.kind, now: hub.clock.now, leaseSeconds: 60, limit: 1_000)
            }
            var errors: [any Error] = []
            for one in jobs {
                do {
                    let completion = try await job.run(one)
                    try await hub.database.write { transaction in
                        #expect(try JobTable(transaction).complete(one))
                        try completion.write(transaction)
                    }
                } catch { errors.append(error) }
            }
            return errors
        }
    }

    @Test(
        "a browser is called once for each, with a signature, and with nothing that can be read on the way", arguments: TestEngine.allCases)
    func sent(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let subscription = try await scene.subscribe()
        #expect(try await scene.push.list(access: scene.access) == [subscription])
        #expect(try await scene.send().isEmpty)
        // What the bell shows by the standard rules, each once.
        let calls = scene.outside.calls
        let unread = try await NotificationService(database: scene.hub.database, signals: scene.hub.signals, now: { Date() })
            .list(after: nil, limit: 100, access: scene.access).data
        #expect(calls.count == unread.count && !calls.isEmpty)
        for call in calls {
            #expect((call.method, call.address.text) == ("POST", "https://push.example.com/send/abc"))
            let headers = Dictionary(call.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { one, _ in one })
            #expect(headers["content-encoding"] == "aes128gcm")
            #expect(headers["ttl"] == "14400")
            #expect(headers["authorization"]?.hasPrefix("vapid t=") == true)
            #expect(headers["topic"]?.count == 26)
            let text = String(decoding: call.body, as: UTF8.self)
            for word in ["message", "Ana", "Switchboard", "cnv_"] { #expect(!text.contains(word)) }
        }
        // All of it again changes nothing.
        #expect(try await scene.send().isEmpty)
        #expect(scene.outside.calls.count == calls.count)
        let stored = try await scene.hub.database.read { try $0.rows("SELECT target FROM push_subscriptions")[0].text(0) }
        #expect(!stored.contains("push.example.com"))
    }

    /// What a browser that gives ours to its service worker reads, and nothing of it is more than text.
    private struct Shown: Decodable {
        let title, body, address, tag: String
    }

    @Test("hostile names are a title of one line, and lead nowhere")
    func hostile() async throws {
        let scene = try await Scene(.sqlite)
        let hub = scene.hub
        let key = P256.KeyAgreement.PrivateKey()
        _ = try await scene.subscribe(key: URLSafeBase64.text(of: key.publicKey.x963Representation))
        // What came before, each as it is by the standard rules.
        _ = try await scene.send()
        let before = scene.outside.calls.count
        let rules = NotificationRules(bell: [.message], places: [.all], push: [.message], pushNames: true)
        try await NotificationService(database: hub.database, signals: hub.signals, now: { hub.clock.now }).setRules(
            rules, access: scene.access)
        let names = HostileTexts.kept + [String(repeating: "a" + String(repeating: "\u{301}", count: 60), count: 100), "\u{202E}"]
        hub.clock.advance(by: 1)
        try await hub.receive(names.enumerated().map { hub.text("Hello", from: "1555\(2_000_000 + $0)", name: $1) })
        #expect(try await scene.send().isEmpty)
        #expect(try await scene.push.list(access: scene.access).map(\.refusals) == [0])

        let conversations = try await hub.database.read { transaction in
            try transaction.rows("SELECT id FROM conversations").map { Identifier<Conversation>(try $0.text(0)) }
        }
        let found = try await hub.database.read { try ConversationTable($0, hub.access).find(conversations) }
        let byAddress = Dictionary(uniqueKeysWithValues: found.map { ("/app/acme/whatsapp/\($0.id)", $0.contact.name ?? "") })
        var told: Set<String> = []
        for call in scene.outside.calls.dropFirst(before) {
            let plain = try Self.opened(call.body, by: key, secret: #require(URLSafeBase64.bytes(of: Scene.secret)))
            let shown = try JSONDecoder().decode(Shown.self, from: plain)
            let members = try #require(JSONSerialization.jsonObject(with: plain) as? [String: String])
            #expect(Set(members.keys) == ["title", "body", "address", "tag"])
            let name = try #require(byAddress[shown.address], "\(shown.address)")
            told.insert(name)
            #expect(shown.body == "New message" && shown.tag.hasPrefix("ntf_"))
            #expect(shown.title == (name.line(100).isBlank ? "Switchboard" : name.line(100)))
            #expect(
                !shown.title.unicodeScalars.contains {
                    [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) || $0.properties.isBidiControl
                }, "\(name.debugDescription)")
        }
        #expect(told.isSuperset(of: names))
    }

    /// As a browser reads it, by its own key (RFC 8291, §3.4; RFC 8188, §2).
    private static func opened(_ body: [UInt8], by key: P256.KeyAgreement.PrivateKey, secret: [UInt8]) throws -> Data {
        let (salt, theirs, sealed) = (body[0..<16], body[21..<86], body[86...])
        let shared = try key.sharedSecretFromKeyAgreement(with: .init(x963Representation: theirs))
        let material = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: secret, sharedInfo: Array("WebPush: info\0".utf8) + key.publicKey.x963Representation + theirs,
            outputByteCount: 32)
        func derived(_ info: String, _ count: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: material, salt: salt, info: Array("Content-Encoding: \(info)\0".utf8), outputByteCount: count)
        }
        let nonce = try derived("nonce", 12).withUnsafeBytes { try AES.GCM.Nonce(data: Data($0)) }
        let box = try AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed.dropLast(16), tag: sealed.suffix(16))
        // The last byte marks the end.
        return try AES.GCM.open(box, using: derived("aes128gcm", 16)).dropLast()
    }

    @Test("nothing goes out for what was read, or may not be seen any more, or by rules", arguments: TestEngine.allCases)
    func unneeded(engine: TestEngine) async throws {
        for reason in ["read", "hidden", "rules", "session"] {
            let scene = try await Scene(engine)
            let hub = scene.hub
            let clock = hub.clock
            _ = try await scene.subscribe()
            let service = NotificationService(database: hub.database, signals: hub.signals, now: { clock.now })
            if reason == "rules" {
                try await service.setRules(.init(bell: [.message, .assignment], places: [.all], push: []), access: scene.access)
            }
            let maker = NotificationMaker(database: hub.database, signals: hub.signals, now: { clock.now })
            repeat {
                try await maker.round()
            } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
            switch reason {
            case "read": _ = try await service.markAllRead(access: scene.access)
            case "hidden":
                try await scene.work.teams.setVisibility(.own, of: .agent, access: hub.access)
                for one in scene.work.cases { try await hub.conversations.change(one.conversation, .assign(.nobody), access: hub.access) }
            case "session":
                _ = try await hub.database.write { try SessionTable($0).delete(scene.session.id, of: scene.work.me.account.id) }
                #expect(try await scene.push.list(access: scene.access).isEmpty)
            default: break
            }
            #expect(try await scene.send().isEmpty, "\(reason)")
            #expect(scene.outside.calls.isEmpty, "\(reason)")
        }
    }

    @Test(
        "a browser that is gone is forgotten; an outage is tried again; a refusal is counted", arguments: [404, 410, 429, 503, 400, 403])
    func answers(status: Int) async throws {
        let scene = try await Scene(.sqlite)
        _ = try await scene.subscribe()
        scene.outside.answer(status)
        let errors = try await scene.send()
        let left = try await scene.push.list(access: scene.access)
        switch status {
        case 404, 410: #expect(errors.isEmpty && left.isEmpty)
        case 429, 503: #expect(!errors.isEmpty && !errors.contains { $0 is JobProblem } && left.count == 1)
        default: #expect(errors.isEmpty && left.map(\.refusals) == [scene.outside.calls.count] && !scene.outside.calls.isEmpty)
        }
    }

    @Test("one whose push service refuses everything is forgotten in the end, and leaves no job", arguments: TestEngine.allCases)
    func refusing(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        _ = try await scene.subscribe()
        func test() async throws -> [Int] {
            _ = try await scene.push.test(access: scene.access)
            #expect(try await scene.send().isEmpty)
            return try await scene.push.list(access: scene.access).map(\.refusals)
        }
        #expect(try await test() == [0])
        scene.outside.answer(403)
        for count in 1..<PushSubscription.refusalLimit { #expect(try await test() == [count]) }
        scene.outside.answer(201)
        #expect(try await test() == [0])
        scene.outside.answer(403)
        for count in 1..<PushSubscription.refusalLimit { #expect(try await test() == [count]) }
        #expect(try await test().isEmpty)
        let jobs = try await scene.hub.database.read { try $0.rows("SELECT COUNT(*) FROM jobs WHERE kind = 'push'")[0].integer(0) }
        #expect(jobs == 0)
    }

    @Test("a browser has one owner, and is in the list once", arguments: TestEngine.allCases)
    func owners(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        _ = try await scene.subscribe()
        _ = try await scene.subscribe()
        #expect(try await scene.push.list(access: scene.access).count == 1)
        let kim = Access(
            workspaceID: hub.workspaceID, actor: .member(scene.work.colleague.account.id), grants: Role.agent.grants, visibility: .all,
            address: nil)
        let target = try PushTarget(endpoint: "https://push.example.com/send/abc", p256dh: Scene.key, auth: "BTBZMqHH6r4Tts7J_aSIgg")
        let theirs = Session(
            id: .make(at: hub.clock.now), accountID: scene.work.colleague.account.id, createdAt: hub.clock.now, lastSeenAt: hub.clock.now,
            expiresAt: hub.clock.now.addingTimeInterval(1_000), userAgent: nil, address: nil)
        try await hub.database.write { try SessionTable($0).insert(theirs, tokenHash: Array(theirs.id.text.utf8)) }
        let taken = try await scene.push.subscribe(target, session: theirs, userAgent: nil, access: kim)
        #expect(try await scene.push.list(access: scene.access).isEmpty)
        await #expect(throws: PushProblem.missing) { try await scene.push.remove(taken.id, access: scene.access) }
        for number in 0..<PushSubscription.personLimit { _ = try await scene.subscribe("https://push.example.com/\(number)") }
        await #expect(throws: PushProblem.tooMany) { try await scene.subscribe("https://push.example.com/more") }
        #expect(try await scene.push.list(access: scene.access).count == PushSubscription.personLimit)
        await #expect(throws: AccessProblem.personNeeded) { try await scene.push.list(access: hub.access) }
        try await scene.work.members.remove(scene.work.me.account.id, actor: nil, access: hub.access)
        #expect(try await scene.push.list(access: scene.access).isEmpty)
    }

    @Test(
        "what isn't a browser's is refused",
        arguments: [
            ("ftp://push.example.com/x", Scene.key, "BTBZMqHH6r4Tts7J_aSIgg"),
            ("https://push.example.com/x", "AAAA", "BTBZMqHH6r4Tts7J_aSIgg"),
            ("https://push.example.com/x", Scene.key, "AAAA"), ("nonsense", Scene.key, "BTBZMqHH6r4Tts7J_aSIgg"),
        ])
    func refused(endpoint: String, key: String, auth: String) {
        #expect(throws: (any Error).self) { try PushTarget(endpoint: endpoint, p256dh: key, auth: auth) }
    }

    @Test("the installation keeps its key, whoever asks first", arguments: TestEngine.allCases)
    func key(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let push = scene.push
        let keys = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await push.publicKey() } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
        let key = try #require(keys.first)
        #expect(URLSafeBase64.bytes(of: key)?.count == 65)
    }
}
