import AsyncHTTPClient
import Domain
import NIOPosix
import Testing

@testable import Channels

/// A channel, the number it sends from, and secrets that must turn up nowhere.
enum ChannelFixtures {
    static let token = "EAAGcanaryAccessToken0123456789012345678901234567890123456789"
    static let appSecret = "canaryappsecret0123456789abcdef0"
    static let verifyToken = "canaryverifytoken"

    static let route = SenderRoute(
        senderID: Identifier("snd_01k0000000000000000000000c"), senderProviderID: "111222333444555", businessAccountID: "102030405060708",
        appID: "900800700600", secrets: ConnectionSecrets(appSecret: appSecret, verifyToken: verifyToken, accessToken: token))

    /// Long enough for a loaded machine, except where a test lets one run out.
    static var timeouts: MetaTimeouts {
        var timeouts = MetaTimeouts()
        timeouts.answer = .seconds(20)
        return timeouts
    }

    static func withChannel<Result>(
        _ baseURL: String, timeouts: MetaTimeouts = timeouts, _ test: (MetaChannel) async throws -> Result
    ) async throws -> Result {
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: timeouts.clientConfiguration)
        do {
            let result = try await test(MetaChannel(client: client, baseURL: baseURL, timeouts: timeouts))
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// That no secret is in the description of anything that is shown, stored or logged.
    static func expectNoSecret(_ values: Any..., sourceLocation: SourceLocation = #_sourceLocation) {
        for value in values {
            for text in ["\(value)", String(reflecting: value)] {
                for secret in [token, appSecret, verifyToken] { #expect(!text.contains(secret), sourceLocation: sourceLocation) }
            }
        }
    }
}
