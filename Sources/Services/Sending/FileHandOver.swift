internal import Domain
internal import Store
internal import Synchronization

internal import struct Foundation.Date

/// A message with a file, held by its owner until the provider has the file.
struct ClaimedMessage: Sendable {
    let loaded: QueueTable.Loaded
    let lane: Lane
}

/// How often a message's file was refused for the moment.
final class FileTries: Sendable {
    private let counts = Mutex<[Identifier<Message>: Int]>([:])

    /// Whether this refusal was the last: the count then begins anew.
    func refused(_ id: Identifier<Message>, isFinal: Bool) -> Bool {
        counts.withLock { counts in
            let count = counts.removeValue(forKey: id) ?? 0
            if isFinal || count + 1 >= FailedUpload.tryLimit { return true }
            counts[id] = count + 1
            return false
        }
    }
}

/// Gives a message's file to the provider, then `claimed → sending`.
struct FileHandOver {
    enum Result: Sendable {
        /// To be called at once.
        case started(StartedMessage)
        /// No call is to be made: it failed, waits for another try, or isn't ours any more.
        case ended
        /// Nobody knows whether the last commit took place.
        case unclear
    }

    private let claimed: ClaimedMessage
    private let lease: LeaseTable.Lease
    private let outlet: Outlet
    private let dispatcher: Dispatcher
    private let access: Access
    private let tries: FileTries

    init(
        _ claimed: ClaimedMessage, lease: LeaseTable.Lease, outlet: Outlet, dispatcher: Dispatcher, access: Access, tries: FileTries
    ) {
        (self.claimed, self.lease, self.outlet, self.dispatcher) = (claimed, lease, outlet, dispatcher)
        (self.access, self.tries) = (access, tries)
    }

    private var loaded: QueueTable.Loaded { claimed.loaded }

    /// - Parameter whenHandedOver: waits until the message itself may leave.
    func run(_ whenHandedOver: () async -> Void) async -> Result {
        guard let mediaID = loaded.message.content.attachment?.id else { return .ended }
        do {
            let providerMediaID = try await dispatcher.media.providerMediaID(
                of: mediaID, route: outlet.route, channel: outlet.channel, access: access)
            await whenHandedOver()
            do { return try await start(providerMediaID) } catch { return .unclear }
        } catch {
            do { try await giveUp(FailedUpload(error)) } catch { return .unclear }
            return .ended
        }
    }

    private func start(_ providerMediaID: String) async throws -> Result {
        let now = dispatcher.now()
        return try await dispatcher.database.write { [lease, access, claimed, loaded, places = dispatcher.places] transaction -> Result in
            guard try LeaseTable(transaction).holds(lease, beyond: now.addingTimeInterval(Dispatcher.startMarginSeconds)) else {
                // Renewed a moment later it is still ours, and then nobody else gives the message back.
                return .unclear
            }
            let queue = QueueTable(transaction)
            let restraints = try CampaignMessageTable(transaction, access).restraints(
                claimed.lane == .campaign ? [loaded.message.id] : [])
            // While the file was on its way somebody may have paused the number or the campaign.
            guard let sender = try SenderTable(transaction, access).find(lease.senderID), sender.status == .online,
                try !SenderHoldTable(transaction, access).find(lease.senderID).isPaused,
                restraints.held.isEmpty
            else {
                try queue.release(loaded.message.id, epoch: lease.epoch, notBefore: nil, in: lease.workspaceID)
                if claimed.lane == .campaign {
                    // Whoever follows the campaign takes it out of the queue again.
                    try EventTable(transaction, access).append(
                        NewEvent(
                            .messageUpdated, conversation: loaded.message.conversationID, message: loaded.message.id,
                            cause: MessageStatus.queued.rawValue), at: now)
                }
                return .ended
            }
            if let until = places.wait(of: loaded.contact, by: restraints.timings[loaded.message.id], at: now) {
                try queue.release(loaded.message.id, epoch: lease.epoch, notBefore: until, in: lease.workspaceID)
                return .ended
            }
            let known = try TemplateGate(transaction, now: now).refusals([loaded.question(lane: claimed.lane)], sender: sender)
            if let refusal = try StartStep.refuse(loaded, known[loaded.message.id], from: .claimed, sender: sender, now: now, queue) {
                try EventTable(transaction, access).append(refusal, at: now)
                return .ended
            }
            let attempts = try queue.start(
                [loaded.message.id], from: .claimed, sender: lease.senderID, epoch: lease.epoch, in: lease.workspaceID, now: now)
            guard let attempt = attempts[loaded.message.id] else { return .ended }
            return .started(StartedMessage(loaded: loaded, lane: claimed.lane, attempt: attempt, providerMediaID: providerMediaID))
        }
    }

    /// No call was made: the message fails with the reason, or waits for another try.
    private func giveUp(_ failure: FailedUpload) async throws {
        let isFinal = tries.refused(loaded.message.id, isFinal: failure.isFinal)
        let now = dispatcher.now()
        try await dispatcher.database.write { [lease, access, loaded] transaction in
            var events: [NewEvent] = []
            if let reason = failure.stopsSender {
                events += try Consequences(transaction, now: now).apply(
                    .stopSender(.tokenRefused, reason: reason), code: failure.error.code, of: loaded.message.id, sender: lease.senderID,
                    in: lease.workspaceID)
            }
            let queue = QueueTable(transaction)
            if !isFinal {
                try queue.release(
                    loaded.message.id, epoch: lease.epoch, notBefore: now.addingTimeInterval(FailedUpload.pauseSeconds),
                    in: lease.workspaceID)
            } else if try queue.refuse(loaded.message, from: .claimed, failure.error, in: lease.workspaceID) {
                events.append(
                    NewEvent(
                        .messageUpdated, conversation: loaded.message.conversationID, message: loaded.message.id, cause: failure.error.code)
                )
            }
            try EventTable(transaction, access).append(events, at: now)
        }
        dispatcher.signals.eventsAppended(in: lease.workspaceID)
    }
}

/// A file that the provider didn't take.
struct FailedUpload {
    static let pauseSeconds = 5.0
    static let tryLimit = 6

    let error: MessageError
    /// Trying again by itself can't help.
    let isFinal: Bool
    let stopsSender: String?

    init(_ failure: any Error) {
        let problem = failure as? any Problem
        error = MessageError(
            code: problem?.code ?? "media.upload-failed", detail: problem?.detail ?? "The file couldn't be handed to WhatsApp.",
            advice: "Send the message again; if it fails again, upload the file anew.", retryable: true)
        switch failure {
        case ChannelProblem.credentials(let reason): (isFinal, stopsSender) = (false, reason)
        case ChannelProblem.temporary: (isFinal, stopsSender) = (false, nil)
        case is any Problem: (isFinal, stopsSender) = (true, nil)
        default: (isFinal, stopsSender) = (false, nil)
        }
    }
}
