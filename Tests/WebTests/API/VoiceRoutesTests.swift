import Domain
import HTTPTypes
import TestSupport
import Testing

@testable import Web

@Suite("Voice messages over HTTP")
struct VoiceRoutesTests {
    @Test("a recording is uploaded as such, by page and API, and refused in the same words")
    func upload() async throws {
        let web = try await TestWeb()
        let key = HTTPFields.key(web.acme.key) + [.contentType: "audio/webm"]
        let agent = HTTPFields.person(try #require(web.acme.people[.agent])) + [.contentType: "audio/webm"]
        let broken: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 1, 2, 3]
        for (path, headers) in [("/api/v1/media?voice=true", key), ("/app/acme/whatsapp/media/voice", agent)] {
            let unreadable = try await web.callBytes(.post, path, headers, body: broken)
            #expect((unreadable.status, unreadable.code) == (422, "voice.unreadable"), "\(path)")
            let other = try await web.callBytes(.post, path, headers, body: Array("%PDF-1.7\n".utf8))
            #expect((other.status, other.code) == (422, "voice.type-unsupported"), "\(path)")
            #expect(try await web.callBytes(.post, path, headers, body: []).code == "media.empty")
        }
        #expect(try await web.callBytes(.post, "/api/v1/media?voice=yes", key, body: broken).code == "request.field-malformed")
        let thread = "/app/acme/whatsapp/"
        try await web.acme.hub.receive(web.acme.hub.text("Hi"))
        let id = try #require(try await web.acme.hub.list().first).id
        #expect(try await web.call(.get, thread + id.text, agent).text.contains("data-converts-voice"))
    }
}
