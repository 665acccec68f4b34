import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Services
import Store
import TestSupport
import Testing

@testable import Web

/// Over real connections: what is tested is that they end.
@Suite("Event streams")
struct EventStreamTests {
    @Test("changes come as they happen, and a resumed stream misses none")
    func resume() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        try await web.application.test(.live) { client in
            let port = try #require(client.port)
            let stream = try await Self.open(port, .key(web.acme.key))
            #expect(stream.status == .ok)
            #expect(stream.headers.first(name: "Content-Type") == "text/event-stream; charset=utf-8")
            var reader = SSEReader(stream.body)
            try await reader.connected()
            try await hub.receive(hub.text("one", id: "wamid.1"))
            let first = try await reader.next()
            #expect(first.name == "message.received")
            #expect(!first.data.contains("one"))
            try await hub.receive(hub.text("two", id: "wamid.2"))

            let again = try await Self.open(port, .key(web.acme.key), lastEventID: first.id)
            var resumed = SSEReader(again.body)
            let second = try await resumed.next()
            #expect(second.id != first.id)
            let body = try JSONDecoder().decode(JSONValue.self, from: Data(second.data.utf8))
            #expect(body["cursor"]?.text == second.id)
        }
    }

    @Test(
        "a stream ends when its session does, its key is revoked, or its member's role changes",
        .timeLimit(.minutes(5)), arguments: ["session", "key", "role", "password"])
    func revoked(by way: String) async throws {
        let web = try await TestWeb()
        let person = try #require(web.acme.people[.agent])
        let headers: HTTPFields = way == "key" ? .key(web.acme.key) : .person(person)
        try await web.application.test(.live) { client in
            let stream = try await Self.open(try #require(client.port), headers)
            var reader = SSEReader(stream.body)
            try await reader.connected()
            let signedIn = try #require(try await web.services.authenticator.signedIn(token: person.token))
            let access = web.acme.hub.access
            switch way {
            case "session": try await web.services.sessions.end(person.session, of: signedIn)
            case "key":
                let key = try #require(try await web.services.keys.list(access: access).first { $0.name == "all" })
                try await web.services.keys.revoke(key.id, access: access)
            case "role": _ = try await web.services.members.setRole(.admin, of: person.account, actor: .owner, access: access)
            default:
                _ = try await web.services.signIn.changePassword(
                    of: signedIn, from: TestWeb.password, to: "another horse", client: SignInClient(address: nil, userAgent: nil))
            }
            try await reader.waitForEnd()
        }
    }

    @Test("the server stops with streams open, and ends them", .timeLimit(.minutes(5)))
    func shutdown() async throws {
        let web = try await TestWeb()
        // The stream would go on for as long as somebody listens.
        try await web.application.test(.live) { client in
            let stream = try await Self.open(try #require(client.port), .key(web.acme.key))
            var reader = SSEReader(stream.body)
            try await reader.connected()
        }
    }

    static func open(_ port: Int, _ headers: HTTPFields, lastEventID: String? = nil) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/events/stream")
        for field in headers { request.headers.add(name: field.name.rawName, value: field.value) }
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    }
}

/// Reads server-sent events off a body.
struct SSEReader {
    struct Event { let id, name, data: String }

    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private var text = ""

    init(_ body: HTTPClientResponse.Body) { iterator = body.makeAsyncIterator() }

    mutating func connected() async throws {
        while !text.hasPrefix(":\n\n") { try await read() }
        text.removeFirst(3)
    }

    mutating func next() async throws -> Event {
        while true {
            if let end = text.range(of: "\n\n") {
                let block = text[..<end.lowerBound]
                text = String(text[end.upperBound...])
                if block.hasPrefix(":") { continue }
                var fields: [String: String] = [:]
                for line in block.split(separator: "\n") {
                    let parts = line.split(separator: ": ", maxSplits: 1)
                    fields[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
                }
                return Event(id: fields["id"] ?? "", name: fields["event"] ?? "", data: fields["data"] ?? "")
            }
            try await read()
        }
    }

    /// Reads on to the end, whatever is still told on the way.
    mutating func waitForEnd() async throws {
        while try await iterator.next() != nil {}
    }

    private mutating func read() async throws {
        guard let part = try await iterator.next() else { throw EndOfStream() }
        text += String(buffer: part)
    }

    private struct EndOfStream: Error {}
}
