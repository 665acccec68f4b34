import AsyncHTTPClient
import Domain
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Channels

@Suite("Profiles at Meta", .timeLimit(.minutes(5)))
struct MetaProfileTests {
    private static let number = "/v26.0/111222333444555"
    private static let profile = "\(number)/whatsapp_business_profile"
    private static let route = ChannelFixtures.route

    @Test("a profile is read with the review of its name")
    func reads() async throws {
        let node = #"""
            {"data":[{"messaging_product":"whatsapp","about":"Coffee","address":"1 Harbour","description":"Roasted\nhere","email":"a@b.example",
            "profile_picture_url":"https://pps.whatsapp.net/v/1.jpg?oh=2","websites":["https://a.example"],"vertical":"RESTAURANT"}]}
            """#
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            request.path == Self.number
                ? .json(200, #"{"verified_name":"Acme","name_status":"APPROVED","new_name_status":"PENDING_REVIEW","id":"1"}"#)
                : .json(200, node)
        }
        try await LoopbackGraph.run(answer) { server in
            let read = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.profile(of: Self.route) }
            let expected = BusinessProfile(
                about: "Coffee", description: "Roasted\nhere", address: "1 Harbour", category: "RESTAURANT",
                websites: ["https://a.example"],
                email: "a@b.example")
            #expect(read.profile == expected)
            #expect((read.name, read.standing, read.newStanding) == ("Acme", .approved, .pendingReview))
            #expect(read.pictureAddress == "https://pps.whatsapp.net/v/1.jpg?oh=2")
            #expect(server.requests.map(\.path) == [Self.number, Self.profile])
            #expect(server.requests.allSatisfy { $0.bearer == ChannelFixtures.token && $0.method == .GET })
        }
    }

    @Test("what a number lacks is empty, and an answer that says nothing is none")
    func lacking() async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"data":[{"vertical":"UNDEFINED"}],"verified_name":"A","name_status":"MAGIC"}"#)) {
            server in
            let read = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.profile(of: Self.route) }
            #expect(read == ReadProfile(profile: BusinessProfile(category: "UNDEFINED"), name: "A"))
        }
        for answer in [#"{"data":[]}"#, "[]", "null", #"{"data":[1]}"#] {
            try await LoopbackGraph.run(always: .json(200, answer)) { server in
                await #expect(throws: ChannelProblem.self) {
                    _ = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.profile(of: Self.route) }
                }
            }
        }
    }

    @Test("only what changes is written, and the empty text clears")
    func writes() async throws {
        let rows: [(ProfileDraft, String)] = [
            (.init(about: "Coffee"), #"{"messaging_product":"whatsapp","about":"Coffee"}"#),
            (.init(description: "", address: ""), #"{"messaging_product":"whatsapp","description":"","address":""}"#),
            (.init(category: "RETAIL", websites: []), #"{"messaging_product":"whatsapp","vertical":"RETAIL","websites":[]}"#),
            (
                .init(emails: ["a@b.example", "c@d.example"], phones: ["+34600111222"]),
                #"{"messaging_product":"whatsapp","email":"a@b.example"}"#
            ),
            (.init(emails: []), #"{"messaging_product":"whatsapp","email":""}"#),
        ]
        for (draft, body) in rows {
            try await LoopbackGraph.run(always: .json(200, #"{"success":true}"#)) { server in
                try await ChannelFixtures.withChannel(server.baseURL) { try await $0.change(draft.check().change, of: Self.route) }
                #expect(server.requests.map(\.text) == [body])
                #expect(server.requests.first?.path == Self.profile && server.requests.first?.method == .POST)
            }
        }
        // What only we keep isn't Meta's.
        try await LoopbackGraph.run(always: .json(200, "{}")) { server in
            try await ChannelFixtures.withChannel(server.baseURL) {
                try await $0.change(ProfileDraft(phones: ["+34600111222"]).check().change, of: Self.route)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a refused value is told with its field, in Meta's words without secrets")
    func refusals() async throws {
        let rows: [(String, ProfileField?)] = [
            ("(#100) Param about must be at most 139 characters long.", .about), ("Param websites[0] must be a valid URI.", .websites),
            ("(#100) Param vertical must be one of {AUTO, BEAUTY}", .category), ("Invalid email address", .emails),
            ("Param profile_picture_handle isn't valid", .picture), ("Something is wrong", nil),
        ]
        for (message, field) in rows {
            let answer = #"{"error":{"message":"\#(message)","type":"OAuthException","code":100}}"#
            try await LoopbackGraph.run(always: .json(400, answer)) { server in
                let problem = await #expect(throws: ProfileProblem.self) {
                    try await ChannelFixtures.withChannel(server.baseURL) {
                        try await $0.change(ProfileDraft(about: "x", address: "y").check().change, of: Self.route)
                    }
                }
                #expect(problem?.about == field && problem?.code == "profile.refused")
                #expect(problem?.detail.contains(message) == true)
            }
        }
        // With one value only it is clear which.
        let answer = #"{"error":{"message":"Bad \#(ChannelFixtures.token)","code":100}}"#
        try await LoopbackGraph.run(always: .json(400, answer)) { server in
            let problem = await #expect(throws: ProfileProblem.self) {
                try await ChannelFixtures.withChannel(server.baseURL) { try await $0.rename("Acme Two", of: Self.route) }
            }
            #expect(problem?.about == .displayName)
            ChannelFixtures.expectNoSecret(problem?.detail ?? "")
        }
    }

    @Test(
        "what isn't about a value is a problem of the connection",
        arguments: [
            (LoopbackGraph.Answer.json(401, #"{"error":{"message":"x","code":190}}"#), "channel.credentials"),
            (.json(400, #"{"error":{"message":"x","code":4}}"#), "channel.unavailable"), (.json(503, "busy"), "channel.unavailable"),
            (.reset, "channel.unavailable"), (.json(400, #"{"error":{"message":"x","code":100,"error_subcode":33}}"#), "channel.refused"),
        ])
    func troubles(answer: LoopbackGraph.Answer, code: String) async throws {
        try await LoopbackGraph.run(always: answer) { server in
            for call: @Sendable (MetaChannel) async throws -> Void in [
                { _ = try await $0.profile(of: Self.route) }, { try await $0.rename("Acme", of: Self.route) },
                { try await $0.setPicture(nil, of: Self.route) },
                { try await $0.setPicture(ProfilePicture(FakeProfiles.png(192, 192), as: .picture), of: Self.route) },
            ] {
                let problem = await #expect(throws: ChannelProblem.self) {
                    try await ChannelFixtures.withChannel(server.baseURL) { try await call($0) }
                }
                #expect(problem?.code == code)
                ChannelFixtures.expectNoSecret(problem?.detail ?? "")
            }
        }
    }

    // MARK: Pictures

    private static let picture = FakeProfiles.png(192, 192) + [UInt8](repeating: 7, count: 5_000)

    @Test("a logo goes up in a session of its own, and on from where the connection broke")
    func upload() async throws {
        let broken = Mutex(1)
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            switch (request.method, request.path) {
            case (.POST, "/v26.0/900800700600/uploads"): return .json(200, #"{"id":"upload:MTphdHR=?sig=ARZ1"}"#)
            case (.GET, "/v26.0/upload:MTphdHR="): return .json(200, #"{"id":"upload:MTphdHR=","file_offset":2000}"#)
            case (.POST, "/v26.0/upload:MTphdHR="):
                let breaks = broken.withLock { left in
                    defer { left -= 1 }
                    return left > 0
                }
                return breaks ? .reset : .json(200, #"{"h":"4::aW1hZ2U=:ARb"}"#)
            default: return .json(200, #"{"success":true}"#)
            }
        }
        try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) {
                try await $0.setPicture(ProfilePicture(Self.picture, as: .picture), of: Self.route)
            }
            let requests = server.requests
            #expect(
                requests.first?.uri
                    == "/v26.0/900800700600/uploads?file_name=picture.png&file_length=\(Self.picture.count)&file_type=image%2Fpng")
            let pieces = requests.filter { $0.uri == "/v26.0/upload:MTphdHR=?sig=ARZ1" && $0.method == .POST }
            #expect(pieces.map { $0.headers["file_offset"].first } == ["0", "2000"])
            #expect(pieces.last?.body == Array(Self.picture[2_000...]))
            #expect(requests.last?.text == #"{"messaging_product":"whatsapp","profile_picture_handle":"4::aW1hZ2U=:ARb"}"#)
            #expect(requests.allSatisfy { $0.bearer == ChannelFixtures.token })
        }
    }

    @Test("a session that isn't one is followed nowhere", arguments: ["https://evil.example/", "../me", "upload:a b", "upload:a#b", ""])
    func session(id: String) async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"id":"\#(id)","success":true}"#)) { server in
            await #expect(throws: ChannelProblem.self) {
                try await ChannelFixtures.withChannel(server.baseURL) {
                    try await $0.setPicture(ProfilePicture(Self.picture, as: .picture), of: Self.route)
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("removing writes the empty text")
    func removal() async throws {
        try await LoopbackGraph.run(always: .json(200, #"{"success":true}"#)) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { try await $0.setPicture(nil, of: Self.route) }
            #expect(server.requests.map(\.text) == [#"{"messaging_product":"whatsapp","profile_picture_handle":""}"#])
        }
    }

    @Test("the access token goes with a picture to Graph's own server and to no other")
    func token() async throws {
        try await LoopbackGraph.run(always: .bytes(200, Self.picture)) { graph in
            try await LoopbackGraph.run(always: .bytes(200, Self.picture)) { elsewhere in
                let outside = FakeOutside()
                outside.answer { _ in .success(OutsideAnswer(status: 200, body: [1, 2, 3])) }
                let channel = MetaChannel(client: .shared, baseURL: graph.baseURL, timeouts: ChannelFixtures.timeouts, outside: outside)
                let own = try await channel.picture(at: "\(graph.baseURL)/pictures/1?x=2", of: Self.route)
                #expect(own == Self.picture)
                #expect(graph.requests.map(\.bearer) == [ChannelFixtures.token])
                for address in [
                    "\(elsewhere.baseURL)/pictures/1", "https://pps.whatsapp.net/v/1.jpg?oh=2", "https://lookaside.fbsbx.com/1",
                    "https://graph.facebook.com.evil.example/", "http://127.0.0.1/",
                    graph.baseURL.replacing("http:", with: "https:") + "/pictures/1",
                ] {
                    let bytes = try await channel.picture(at: address, of: Self.route)
                    #expect(bytes == [1, 2, 3], "\(address)")
                }
                #expect(elsewhere.requests.isEmpty && graph.requests.count == 1)
                #expect(outside.calls.count == 6)
                for call in outside.calls {
                    #expect(!call.headers.contains { $0.name.lowercased() == "authorization" || $0.value.contains(ChannelFixtures.token) })
                }
                for address in ["\(graph.baseURL)@evil.example/", "http://user:pass@127.0.0.1/", "file:///etc/passwd", "//x", ""] {
                    await #expect(throws: ChannelProblem.self) { _ = try await channel.picture(at: address, of: Self.route) }
                }
                #expect(graph.requests.count == 1 && outside.calls.count == 6)
                outside.answer(302)
                await #expect(throws: ChannelProblem.self) { _ = try await channel.picture(at: "https://a.example/", of: Self.route) }
                outside.refuse("The address leads into a private network.")
                let refused = await #expect(throws: ChannelProblem.self) {
                    _ = try await channel.picture(at: "https://a.example/", of: Self.route)
                }
                #expect(refused?.detail.contains("the address leads into a private network") == true)
            }
        }
    }

    @Test(
        "a picture that redirects or has no end is none",
        arguments: [
            LoopbackGraph.Answer.redirect("https://evil.example/"), .endless(pieces: 200), .json(404, "{}"), .reset,
        ])
    func badPicture(answer: LoopbackGraph.Answer) async throws {
        try await LoopbackGraph.run(always: answer) { server in
            await #expect(throws: ChannelProblem.self) {
                _ = try await ChannelFixtures.withChannel(server.baseURL) {
                    try await $0.picture(at: "\(server.baseURL)/1", of: Self.route)
                }
            }
        }
    }

    @Test("the simulator plays all of it: values, their refusals, the logo, and a name with its review")
    func agreement() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let (channel, route) = (world.channel, SimulatorAgreementTests.route)
            let draft = ProfileDraft(
                about: "Café ☕️ שלום", description: "Roasted\nhere", address: "1 Harbour", category: "RESTAURANT",
                websites: ["https://a.example", "http://b.example"], emails: ["a@b.example", "c@d.example"])
            try await channel.change(draft.check().change, of: route)
            var read = try await channel.profile(of: route)
            #expect(read.profile.about == "Café ☕️ שלום" && read.profile.websites.count == 2 && read.profile.email == "a@b.example")
            #expect(read.profile.category == "RESTAURANT" && read.pictureAddress == nil)
            try await channel.change(ProfileDraft(description: "", websites: [], emails: []).check().change, of: route)
            read = try await channel.profile(of: route)
            #expect(
                read.profile.description == "" && read.profile.websites == [] && read.profile.email == nil
                    && read.profile.address == "1 Harbour")
            // The two count alike, to the character.
            for unit in ["a", "é", "e\u{301}", "\u{1F600}"] {
                let fits = String(repeating: unit, count: 139 / unit.unicodeScalars.count)
                try await channel.change(ProfileDraft(about: fits).check().change, of: route)
                var change = ProfileChange()
                change.about = fits + "ab"
                let problem = await #expect(throws: ProfileProblem.self) { try await channel.change(change, of: route) }
                #expect(problem?.about == .about)
            }

            try await channel.setPicture(ProfilePicture(Self.picture, as: .picture), of: route)
            let first = try #require(try await channel.profile(of: route).pictureAddress)
            let bytes = try await channel.picture(at: first, of: route)
            #expect(bytes == Self.picture)
            try await channel.setPicture(ProfilePicture(FakeProfiles.jpeg(640, 640), as: .picture), of: route)
            let second = try #require(try await channel.profile(of: route).pictureAddress)
            #expect(second != first)
            await #expect(throws: ChannelProblem.self) { _ = try await channel.picture(at: first, of: route) }
            try await channel.setPicture(nil, of: route)
            #expect(try await channel.profile(of: route).pictureAddress == nil)

            try await world.control(.PATCH, "settings", ["review": "pending"])
            try await channel.rename("Harbour Two", of: route)
            read = try await channel.profile(of: route)
            #expect((read.standing, read.newStanding) == (.approved, .pendingReview))
            #expect(read.name != "Harbour Two")
            try await world.control(.PATCH, "numbers/\(route.senderProviderID)", ["nameReview": "reject"])
            #expect(try await channel.profile(of: route).newStanding == .declined)
            try await channel.rename("Harbour Three", of: route)
            try await world.control(.PATCH, "numbers/\(route.senderProviderID)", ["nameReview": "approve"])
            #expect(try await channel.profile(of: route).newStanding == .approved)
            let long = await #expect(throws: ProfileProblem.self) { try await channel.rename(String(repeating: "a", count: 76), of: route) }
            #expect(long?.about == .displayName)
        }
    }
}
