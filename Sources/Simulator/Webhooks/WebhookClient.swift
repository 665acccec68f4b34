internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Calls callbacks over HTTP.
enum WebhookClient {
    static let timeout = TimeAmount.seconds(20)

    /// Never follows a redirect: as on the platform, an answer that isn't 200 is a refusal.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    static func transport() -> WebhookTransport {
        { call in
            var request = HTTPClientRequest(url: call.url)
            request.method = .POST
            for header in call.headers { request.headers.add(name: header.name, value: header.value) }
            request.body = .bytes(call.body)
            let response = try await client.execute(request, timeout: timeout)
            // Read to the end, so that the connection can be used again.
            for try await _ in response.body {}
            return Int(response.status.code)
        }
    }

    /// The handshake of a callback: it must send the challenge back.
    static func handshake(url: String, verifyToken: String, challenge: String) async -> Bool {
        let separator = url.contains("?") ? "&" : "?"
        let query = "hub.mode=subscribe&hub.challenge=\(challenge)&hub.verify_token=\(verifyToken.percentEncoded)"
        var request = HTTPClientRequest(url: url + separator + query)
        request.method = .GET
        guard let response = try? await client.execute(request, timeout: timeout), response.status == .ok,
            let body = try? await response.body.collect(upTo: 4_096)
        else { return false }
        return String(buffer: body) == challenge
    }
}

extension String {
    /// For a value in a query.
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + [byte].hex.uppercased()
            }
        }
        return text
    }
}
