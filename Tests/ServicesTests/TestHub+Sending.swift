import Domain
import Logging
import ServiceLifecycle
import Services
import Store
import TestSupport
import Testing

import class Foundation.NSCondition

extension TestHub {
    func submit(_ text: String, to phone: String = "+15550199001", clientID: String? = nil) async throws -> Message {
        try await sending.submit(
            MessageDraft(
                senderID: sender.id, recipient: .phone(try PhoneNumber(parsing: phone)), clientID: clientID,
                content: .text(.init(body: text)), replyTo: nil),
            access: access)
    }

    /// A reply to a customer who has just written, after the provider has answered.
    func sent(_ text: String, until status: MessageStatus? = nil) async throws -> Message {
        try await receive(self.text("Hello"))
        let message = try await submit(text)
        return try await dispatch(
            until: { message in
                if let status { return message.status == status }
                return ![.queued, .claimed, .sending].contains(message.status)
            }, message.id)
    }

    /// The messages of which the customer was told that they were read, after all jobs that are due.
    func toldRead() async throws -> [String] {
        let handler = ReadReceiptJob(database: database, directory: directory, channels: [.meta: channel])
        let jobs = try await database.write { [clock] in
            try JobTable($0).take(kind: ReadReceiptJob.kind, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        for job in jobs {
            let completion = try await handler.run(job)
            try await database.write { transaction in
                #expect(try JobTable(transaction).complete(job))
                try completion.write(transaction)
            }
        }
        return channel.read
    }

    /// Runs a dispatcher until the message is as wanted; `advancing` lets the clock run, so that back-offs end.
    func dispatch(
        until isWanted: @escaping @Sendable (Message) -> Bool, _ id: Identifier<Message>, advancing: Bool = false,
        by dispatcher: Dispatcher? = nil
    ) async throws -> Message {
        let dispatcher = dispatcher ?? self.dispatcher()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let running = ServiceGroup(services: [dispatcher], logger: .init(label: "test"))
            group.addTask { try await running.run() }
            defer { group.cancelAll() }
            let stream = try await events.stream(after: "0-0", access: access)
            for await _ in stream {
                let message = try await conversations.message(id, access: access)
                if isWanted(message) {
                    await running.triggerGracefulShutdown()
                    try await group.waitForAll()
                    return message
                }
                if advancing { clock.advance(by: 10) }
            }
            throw CancellationError()
        }
    }
}

/// Blocks a thread that may block, such as an engine's, until it is opened.
final class Gate: @unchecked Sendable {  // The condition confines `isOpen`.
    private let condition = NSCondition()
    private var isOpen = false

    var hasOpened: Bool {
        condition.lock()
        defer { condition.unlock() }
        return isOpen
    }

    func wait() {
        condition.lock()
        while !isOpen { condition.wait() }
        condition.unlock()
    }

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }
}
