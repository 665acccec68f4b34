import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Search")
struct SearchTests {
    @Test("words are found in any order, however they are written, newest first", arguments: TestEngine.allCases)
    func words(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        for text in [
            "Where is my Réfund, José?", "The delivery of order A-1042 is late", "My delivery arrived", "شكراً على الطلب",
            "שלום, איפה החבילה?",
            "我想退款，谢谢", "ขอบคุณสำหรับการจัดส่ง", "Great 🎉👍🏽", "Call me on +34 600 111 222",
        ] {
            hub.hub.clock.advance(by: 60)
            try await hub.hub.receive(hub.hub.text(text))
        }
        try await hub.index()
        let cases: [(String, [String])] = [
            ("refund jose", ["Where is my Réfund, José?"]), ("DELIVERY", ["My delivery arrived", "The delivery of order A-1042 is late"]),
            ("late delivery", ["The delivery of order A-1042 is late"]),
            ("deliv", ["My delivery arrived", "The delivery of order A-1042 is late"]),
            ("1042", ["The delivery of order A-1042 is late"]), ("طلب", ["شكراً على الطلب"]), ("شكرا", ["شكراً على الطلب"]),
            ("איפה", ["שלום, איפה החבילה?"]), ("退款", ["我想退款，谢谢"]), ("退", ["我想退款，谢谢"]), ("谢", ["我想退款，谢谢"]),
            ("จัดส่ง", ["ขอบคุณสำหรับการจัดส่ง"]), ("🎉", ["Great 🎉👍🏽"]), ("👍", ["Great 🎉👍🏽"]),
            ("600 111 222", ["Call me on +34 600 111 222"]), ("111222", ["Call me on +34 600 111 222"]), ("delivery unknownword", []),
            ("款退", []),
        ]
        for (text, found) in cases { #expect(try await hub.texts(text) == found, "\(text)") }
    }

    @Test("one wrong letter is forgiven when nothing is spelled so, and always on request", arguments: TestEngine.allCases)
    func spelling(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.hub.receive(hub.hub.text("My delivery is late"), hub.hub.text("The delivary came", from: "15550199002"))
        try await hub.index()
        for wrong in ["delibery", "delivey", "deliverry", "deilvery", "xelivery"] {
            #expect(try await hub.texts(wrong) == ["My delivery is late"], "\(wrong)")
        }
        #expect(try await hub.texts("delivery") == ["My delivery is late"])
        #expect(Set(try await hub.texts("delivery", spelling: .similar)) == ["My delivery is late", "The delivary came"])
        #expect(try await hub.texts("delivvry", spelling: .exact).isEmpty)
        #expect(try await hub.texts("lote").isEmpty, "A short word has too many neighbours.")
        let answer = try await hub.search.messages("delivvry", .init(), limit: 10, access: hub.hub.access)
        #expect(answer.spelling == .similar && answer.words.contains("delivery") && answer.isIndexComplete)
    }

    @Test("captions, file names, places, cards, templates and buttons are found by their texts", arguments: TestEngine.allCases)
    func kinds(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let contents: [(String, MessageContent)] = [
            ("sunset", .media(.init(kind: .image, caption: "A sunset"))),
            ("invoice", .media(.init(kind: .document, filename: "Invoice_7.pdf"))),
            ("voice", .media(.init(kind: .audio, voice: true))), ("harbour", .location(.init(latitude: 1, longitude: 2, name: "Harbour"))),
            ("lovelace", .contacts([.init(name: .init(formattedName: "Ada Lovelace"), phones: [.init(value: "+34 699 000 111")])])),
            ("699000111", .contacts([.init(name: .init(formattedName: "Bo"), phones: [.init(value: "+34 699 000 111")])])),
            ("umbrella", .reply(.init(source: .button, id: "1", title: "Umbrella"))),
            ("confirm", .button(.init(text: "Confirm it", payload: "p"))),
        ]
        for (number, content) in contents.enumerated() {
            hub.hub.clock.advance(by: 1)
            try await hub.hub.receive(
                .message(
                    InboundMessage(
                        providerID: "wamid.\(number)",
                        from: .init(phone: try PhoneNumber(parsing: "+15550199001"), businessScopedID: nil, username: nil, name: "Ana"),
                        at: hub.hub.clock.now, content: content.1, replyToProviderID: nil)))
        }
        let template = TemplateContent(
            name: "order_update", language: "en_US",
            components: [
                .object(["type": .string("body"), "parameters": .array([.object(["type": .string("text"), "text": .string("Tuesday")])])])
            ])
        _ = try await hub.hub.sending.submit(
            .init(
                senderID: hub.hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
                content: .template(template), replyTo: nil), access: hub.hub.access)
        try await hub.index()
        for text in ["sunset", "invoice", "harbour", "lovelace", "umbrella", "confirm", "tuesday", "order update"] {
            #expect(try await hub.texts(text).count == 1, "\(text)")
        }
        #expect(try await hub.texts("699 000 111").count == 2)
        let counts: [(SearchFilter, String, Int)] = [
            (.init(kind: .image), "sunset", 1), (.init(kind: .document), "sunset", 0), (.init(kind: .template), "tuesday", 1),
            (.init(direction: .outbound), "tuesday", 1), (.init(direction: .inbound), "tuesday", 0), (.init(kind: .contacts), "bo", 1),
        ]
        for (filter, text, count) in counts { #expect(try await hub.texts(text, filter).count == count, "\(filter) \(text)") }
    }

    @Test("a deleted message isn't found, a changed one by what it says now", arguments: TestEngine.allCases)
    func changes(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let ana = InboundParty(phone: try PhoneNumber(parsing: "+15550199001"), businessScopedID: nil, username: nil, name: "Ana")
        try await hub.hub.receive(hub.hub.text("first words", id: "wamid.1"), hub.hub.text("words to go", id: "wamid.2"))
        try await hub.index()
        #expect(try await hub.texts("words").count == 2)
        hub.hub.clock.advance(by: 5)
        try await hub.hub.receive(
            .edit(
                .init(
                    providerID: "wamid.e", from: ana, at: hub.hub.clock.now, targetProviderID: "wamid.1",
                    content: .text(.init(body: "second thoughts")))),
            .revoke(.init(providerID: "wamid.d", from: ana, at: hub.hub.clock.now, targetProviderID: "wamid.2")))
        // Before the index knows of it, nobody finds what was deleted.
        #expect(try await hub.texts("go").isEmpty)
        try await hub.index()
        #expect(try await hub.texts("thoughts") == ["second thoughts"])
        #expect(try await hub.texts("words").isEmpty)
        try await hub.indexer.rebuild(hub.hub.workspaceID) { _ in }
        #expect(try await hub.texts("thoughts") == ["second thoughts"])
        #expect(try await hub.texts("words").isEmpty)
    }

    @Test("of a conversation that is deleted for ever nothing is found, nor does the index tell of it", arguments: TestEngine.allCases)
    func deletion(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.hub.receive(hub.hub.text("words to forget"))
        try await hub.hub.receive(hub.hub.text("words that stay", from: "15550199002"))
        try await hub.index()
        let found = try await hub.search.messages("forget", .init(), limit: 5, access: hub.hub.access).data
        try await hub.hub.conversations.delete(try #require(found.first).conversation.id, access: hub.hub.access)
        #expect(try await hub.texts("words") == ["words that stay"])
        try await hub.index()
        let subjects = try await hub.hub.database.read { transaction in
            try transaction.rows("SELECT subject_id FROM search_documents WHERE kind = 'message' AND subject_id IS NOT NULL").count
        }
        #expect(subjects == 1)
    }

    @Test("pages follow one another without a gap, also of one moment, and through every filter", arguments: TestEngine.allCases)
    func paging(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        var wanted: [(text: String, at: Date)] = []
        for number in 0..<30 {
            if number % 3 == 0 { hub.hub.clock.advance(by: number % 9 == 0 ? 40_000 : 1) }
            try await hub.hub.receive(hub.hub.text("Item number \(number)", from: "1555019900\(number % 3)"))
            wanted.append(("Item number \(number)", hub.hub.clock.now))
        }
        try await hub.index()
        let (all, half) = (hub.hub.clock.now.addingTimeInterval(1), hub.hub.clock.now.addingTimeInterval(-60_000))
        for filter in [
            SearchFilter(), .init(before: all), .init(senderID: hub.hub.sender.id, kind: .text, direction: .inbound, from: half),
            .init(before: half),
        ] {
            var (found, next): ([String], String?) = ([], nil)
            repeat {
                let page = try await hub.search.messages("number item", filter, after: next, limit: 7, access: hub.hub.access)
                #expect(page.data.count == 7 || page.next == nil)
                found += page.data.map(\.message.content.preview)
                next = page.next
            } while next != nil
            let inside = wanted.filter { one in
                if let from = filter.from, one.at < from { return false }
                if let before = filter.before, one.at >= before { return false }
                return true
            }
            #expect(Set(found) == Set(inside.map(\.text)) && found.count == inside.count)
            let times = Dictionary(uniqueKeysWithValues: wanted)
            #expect(found.map { times[$0]! } == found.map { times[$0]! }.sorted(by: >))
        }
        await #expect(throws: PageProblem.cursorMalformed) {
            try await hub.search.messages("item", .init(), after: "x", limit: 7, access: hub.hub.access)
        }
        await #expect(throws: SearchProblem.datesReversed) {
            try await hub.search.messages("item", .init(from: all, before: half), limit: 7, access: hub.hub.access)
        }
    }

    @Test("people are found by name, username and any part of their number", arguments: TestEngine.allCases)
    func contacts(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        try await hub.hub.receive(
            hub.hub.text("Hi", from: "34600111222", name: "María González"), hub.hub.text("Hi", from: "15550199002", name: "محمد علي"))
        try await hub.index()
        for text in [
            "maria", "gonzalez maría", "gonza", "gonzales", "1222", "600 111 222", "0600111222", "+34 600-111-222", "0034600111222",
            "34600",
        ] { #expect(try await hub.names(text) == ["María González"], "\(text)") }
        #expect(try await hub.names("علي") == ["محمد علي"])
        #expect(try await hub.names("nobody").isEmpty)
        // A new name takes the place of the old one.
        hub.hub.clock.advance(by: 10)
        try await hub.hub.receive(hub.hub.text("Hi again", from: "34600111222", name: "Mia Ruiz"))
        try await hub.index()
        #expect(try await hub.names("mia") == ["Mia Ruiz"])
        #expect(try await hub.names("maria").isEmpty)
    }

    @Test("nothing that a text holds is anything but text", arguments: TestEngine.allCases)
    func hostile(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let texts = [
            "Robert'); DROP TABLE messages;--", "a AND b OR NOT c NEAR(d e)", "100% sure_thing \\ %_%", "\"quoted\" *starred* ^caret",
            "<b>bold</b> & {{mustache}}",
        ]
        for text in texts {
            hub.hub.clock.advance(by: 1)
            try await hub.hub.receive(hub.hub.text(text))
        }
        try await hub.hub.receive(hub.hub.text(String(repeating: "filling ", count: 1_200)))
        try await hub.index()
        for (text, found) in [
            ("robert drop table", texts[0]), ("NEAR(d", texts[1]), ("sure_thing", texts[2]), ("\"quoted\" starred*", texts[3]),
            ("<b>bold", texts[4]),
            ("mustache}}", texts[4]),
        ] { #expect(try await hub.texts(text) == [found], "\(text)") }
        for text in ["%%", "__%", "' OR '1'='1", "NEAR(q z", "col:x", "-- x1", "\u{0}\u{0}ab", "*)(", "xx\u{1}s" + hub.hub.sender.id.text] {
            do { #expect(try await hub.texts(text).isEmpty, "\(text)") } catch let problem as SearchProblem {
                #expect(problem == .textTooShort)
            }
        }
        #expect(try await hub.texts("filling").count == 1)
    }

    @Test("each finds what they may see, and learns nothing of the rest", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = SearchHub(work.hub)
        for (number, one) in work.cases.enumerated() {
            let word = Visibility.own(work.me.account.id).includes(one.assignment) ? "similat" : "secretword\(number)"
            try await work.hub.receive(work.hub.text("Shared text \(word)", from: "1555019901\(number)", name: "Person \(number)"))
        }
        try await hub.index()
        for visibility in work.visibilities {
            let access = work.access(visibility)
            let seen = Set(work.cases.filter { visibility.includes($0.assignment) }.map(\.conversation))
            var (found, next): ([Identifier<Conversation>], String?) = ([], nil)
            repeat {
                let page = try await hub.search.messages("shared text", .init(), after: next, limit: 2, access: access)
                found += page.data.map(\.conversation.id)
                next = page.next
            } while next != nil
            #expect(Set(found) == seen && found.count == seen.count)
            #expect(Set(try await hub.search.contacts("person", limit: 50, access: access).data.joined().map(\.id)) == seen)
            for (number, one) in work.cases.enumerated() where !visibility.includes(one.assignment) {
                #expect(try await hub.texts("secretword\(number)", access: access).isEmpty)
                #expect(try await hub.names("1555019901\(number)", access: access).isEmpty)
            }
        }
        // A word that exists where the caller can't see makes no difference: a near one is found just as if it didn't.
        try await work.hub.receive(work.hub.text("similar", from: "15550199018"))
        try await hub.index()
        let own = work.access(.own(work.me.account.id))
        let (known, unknown) = (try await hub.texts("similar", access: own), try await hub.texts("similaq", access: own))
        #expect(known == unknown && !known.isEmpty)
        let nobody = Access(
            workspaceID: work.hub.workspaceID, actor: .system("test"), grants: [.messagesSend], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.self) { try await hub.texts("shared", access: nobody) }
    }

    @Test("another workspace's words and people are not found", arguments: TestEngine.allCases)
    func tenants(engine: TestEngine) async throws {
        let hub = try await SearchHub(engine)
        let other = SearchHub(try await TestHub(hub.hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222"))
        try await hub.hub.receive(hub.hub.text("Common words", name: "Ana"))
        try await other.hub.receive(other.hub.text("Common ground", name: "Ana"))
        try await hub.index()
        try await other.index()
        #expect(try await hub.texts("common") == ["Common words"])
        #expect(try await other.texts("common") == ["Common ground"])
        #expect(try await other.texts("words").isEmpty)
        #expect(try await other.search.contacts("ana", limit: 5, access: other.hub.access).data.count == 1)
    }
}
