package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Rejects a customer's call at the provider and sends the caller the number's block message: once an hour at most, and only what the gate lets pass.
/// The message is accepted in the transaction that ends the job, so that neither a crash nor a repeated webhook can send it twice.
package struct CallBlockingJob: JobHandler {
    package static let kind = JobKind.callBlocking
    package static let concurrency = 16
    /// A call rings for 30 to 60 seconds (Meta, "User-initiated calls", read 2026-11).
    private static let ringSeconds = 60.0
    /// Between two block messages to one caller.
    static let messageSeconds = 3_600.0

    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]
    private let sending: SendingService
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], sending: SendingService,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels) = (database, directory, channels)
        (self.sending, self.now) = (sending, now)
    }

    private struct Payload: Codable {
        let sender: Identifier<Sender>
        let call: String
        let calledAt: Date
        /// Nil for a caller who isn't shown, and so isn't written to.
        let contact: Identifier<Contact>?
    }

    /// - Parameter call: the provider's id of it.
    static func request(
        _ call: String, of sender: Sender, contact: Identifier<Contact>?, calledAt: Date, _ transaction: any Transaction, now: Date
    ) throws {
        let payload = Payload(sender: sender.id, call: call, calledAt: calledAt, contact: contact)
        try JobTable(transaction).insert(
            [.init(workspaceID: sender.workspaceID, kind: kind, key: call, payload: try JSONText.encode(payload), runAt: now)], now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let system = Access.system("reception", in: job.workspaceID)
        let (sender, options) = try await database.read { transaction in
            (
                try SenderTable(transaction, system).find(payload.sender),
                try ReceptionTable(transaction, system).find(payload.sender).options
            )
        }
        guard let sender, sender.removedAt == nil, let channel = channels[sender.channel], options.blocksCalls else { return .done }
        let rejection = try await reject(payload, sender, channel)
        let moment = now()
        return JobCompletion { transaction in
            switch rejection {
            case .rejected: try ReceptionTable(transaction, system).setCallFault(nil, of: sender.id)
            case .refused(let reason):
                // Of a call that is over meanwhile, a refusal says nothing.
                if try Self.isOver(payload, transaction, system) { break }
                try ReceptionTable(transaction, system).setCallFault(CallFault(reason: reason, at: moment), of: sender.id)
            case .over: break
            }
            guard let contact = payload.contact, let text = options.blockMessage else { return }
            try send(text, to: contact, from: sender, transaction, at: moment)
        }
    }

    private enum Rejection {
        case rejected
        case refused(String)
        /// It rings no more.
        case over
    }

    /// Whether the provider has told that the call ended.
    private static func isOver(_ payload: Payload, _ transaction: any Transaction, _ access: Access) throws -> Bool {
        guard case .call(let call)? = try MessageTable(transaction, access).find(providerID: payload.call, sender: payload.sender)?.content
        else { return false }
        return call.outcome != nil
    }

    /// Throws what may work in a moment, while the call rings.
    private func reject(_ payload: Payload, _ sender: Sender, _ channel: any Channel) async throws -> Rejection {
        guard now().timeIntervalSince(payload.calledAt) < Self.ringSeconds else { return .over }
        do {
            try await channel.rejectCall(payload.call, from: directory.route(sender))
            return .rejected
        } catch ChannelProblem.temporary(let reason) {
            throw ChannelProblem.temporary(reason)
        } catch let problem as ChannelProblem {
            return .refused(problem.detail)
        }
    }

    /// Nothing when they had it within the hour, or when the gate refuses it: then that hour isn't begun.
    private func send(
        _ text: String, to contact: Identifier<Contact>, from sender: Sender, _ transaction: any Transaction, at moment: Date
    ) throws {
        let access = Access.system("reception", in: sender.workspaceID)
        do {
            try transaction.savepoint {
                let callers = BlockMessageTable(transaction, in: sender.workspaceID)
                guard try callers.claim(for: contact, by: sender.id, every: Self.messageSeconds, at: moment) else { return }
                // Not in the lane of replies: nobody has read what the customer wrote before.
                _ = try sending.submit(
                    MessageDraft(
                        senderID: sender.id, recipient: .contact(contact), clientID: nil, content: .text(TextContent(body: text)),
                        replyTo: nil, lane: .notification), access: access, in: transaction)
            }
        } catch let problem as any Problem {
            Logger(label: "reception").info(
                "A caller isn\u{2019}t sent the block message", metadata: ["sender.id": "\(sender.id)", "code": "\(problem.code)"])
        }
    }
}
