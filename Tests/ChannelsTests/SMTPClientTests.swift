import Domain
import NIOCore
import NIOPosix
import Testing

import struct Foundation.Date

@testable import Channels

@Suite("Handing over e-mail", .timeLimit(.minutes(5)))
struct SMTPClientTests {
    @Test("servers that never greet keep no name from being looked up")
    func silence() async throws {
        let arrivals = AsyncStream<any NIOCore.Channel>.makeStream()
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                arrivals.continuation.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let settings = try MailSettings(
            host: "127.0.0.1", port: try #require(server.localAddress?.port), security: .none, user: nil, sender: "support@example.com")
        let message = MailMessage(
            from: settings.sender, fromName: "Switchboard", to: settings.sender, subject: "Hello", text: "Hello", rulesAddress: nil,
            id: "1@example.com", at: Date(timeIntervalSince1970: 1_795_257_720))
        let client = SMTPClient(OutsideRules(permitting: [IPNetwork(parsing: "127.0.0.1")!]))
        // More than the threads that everything shares on any machine that builds this.
        let count = 8
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    await #expect(throws: MailFailure.self) { try await client.send(message, by: settings, password: nil) }
                }
            }
            var waiting: [any NIOCore.Channel] = []
            for await channel in arrivals.stream {
                waiting.append(channel)
                if waiting.count == count { break }
            }
            #expect(try await !SystemResolver.addresses("localhost").isEmpty)
            for channel in waiting { try await channel.close() }
            try await group.waitForAll()
        }
        try await server.close()
    }
}
