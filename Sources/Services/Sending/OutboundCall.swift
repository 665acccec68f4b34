internal import Domain
internal import Logging
internal import Metrics
internal import Store

internal import struct Foundation.Date

/// One call to the provider and the recording of its answer, which no cancellation can reach.
struct OutboundCall: Sendable {
    /// Attempts of one message by itself, at most; a person may go on.
    private static let attemptLimit = 6
    /// How long the recording of an answer is tried again while the database is away, in seconds; the attempt stays `sending` meanwhile.
    private static let recordDelays: [Double] = [0.05, 0.2, 0.5, 1, 2, 5, 5, 10, 10, 30]
    private static let longestDelaySeconds = 300.0

    private let started: StartedMessage
    private let route: SenderRoute
    private let channel: any Channel
    private let dispatcher: Dispatcher
    private let access: Access

    init(_ started: StartedMessage, route: SenderRoute, channel: any Channel, dispatcher: Dispatcher, access: Access) {
        (self.started, self.route, self.channel, self.dispatcher, self.access) = (started, route, channel, dispatcher, access)
    }

    func run() async {
        // Detached: what the provider answers is recorded even when everything around it stops.
        await Task.detached { await self.callAndRecord() }.value
    }

    private func callAndRecord() async {
        let outcome: QueueTable.Outcome
        do {
            let providerMediaID = try await mediaID()
            let answer = await channel.send(outbound(providerMediaID), from: route)
            outcome = await judge(answer)
        } catch {
            outcome = self.outcome(ofUpload: error)
        }
        await record(outcome)
    }

    private func mediaID() async throws -> String? {
        guard let id = started.claimed.message.content.attachment?.id else { return nil }
        return try await dispatcher.media.providerMediaID(of: id, route: route, channel: channel, access: access)
    }

    private func outbound(_ providerMediaID: String?) -> OutboundMessage {
        let claimed = started.claimed
        return OutboundMessage(
            attempt: started.attempt,
            recipient: Recipient(
                phone: claimed.contact.phoneNumber, businessScopedID: claimed.contact.businessScopedID, groupID: claimed.groupID),
            content: claimed.message.content, targetProviderID: claimed.targetProviderID, providerMediaID: providerMediaID)
    }

    private func judge(_ answer: SendAnswer) async -> QueueTable.Outcome {
        switch answer {
        case .accepted(let providerID, _):
            Counter(label: "messages_sent_total").increment()
            return .accepted(providerID: providerID)
        case .unknown(let reason):
            Counter(label: "messages_unknown_total").increment()
            Logger(label: "dispatcher").warning(
                "Nobody knows whether a message left", metadata: ["message.id": "\(started.attempt.messageID)", "reason": "\(reason)"])
            return .unknown
        case .unreachable(let reason):
            let error = MessageError(
                code: "channel.unreachable", detail: "WhatsApp couldn't be reached (\(reason)).", advice: "It is tried again by itself.",
                retryable: true)
            return .again(error, notBefore: after(backOff(from: 1)))
        case .refused(let disposition, let error):
            return await judge(disposition, error)
        }
    }

    private func judge(_ disposition: Disposition, _ error: MessageError) async -> QueueTable.Outcome {
        switch disposition {
        case .retry(let delay):
            guard started.attempt.number < Self.attemptLimit else { return .failed(error) }
            return .again(error, notBefore: after(backOff(from: delay / .seconds(1))))
        case .stopSender(let reason):
            await stopSender(reason)
            // Nothing left, and nothing will until a person has mended the sender: the message waits in the queue.
            return .again(error, notBefore: dispatcher.now())
        case .fail, .restrictContact, .pauseTemplate, .askPerson:
            Counter(label: "messages_failed_total").increment()
            return .failed(error)
        }
    }

    private func outcome(ofUpload error: any Error) -> QueueTable.Outcome {
        let problem = error as? any Problem
        let reported = MessageError(
            code: problem?.code ?? "media.upload-failed", detail: problem?.detail ?? "The file couldn't be handed to WhatsApp.",
            advice: "Send the message again; if it fails again, upload the file anew.", retryable: true)
        if case ChannelProblem.permanent = error { return .failed(reported) }
        guard started.attempt.number < Self.attemptLimit else { return .failed(reported) }
        return .again(reported, notBefore: after(backOff(from: 2)))
    }

    /// 4^n times the first delay, capped, for the n-th attempt counted from 0 (reference §9.1).
    private func backOff(from seconds: Double) -> Double {
        min(Self.longestDelaySeconds, max(0.5, seconds) * Double(1 << min(16, 2 * (started.attempt.number - 1))))
    }

    private func after(_ seconds: Double) -> Date {
        dispatcher.now().addingTimeInterval(seconds * Double.random(in: 1...1.2))
    }

    private func stopSender(_ reason: String) async {
        Logger(label: "dispatcher").error(
            "A sender can't send any more", metadata: ["sender.id": "\(route.senderID)", "reason": "\(reason)"])
        let moment = dispatcher.now()
        try? await dispatcher.database.write { [access, route] transaction in
            try SenderTable(transaction, access).setStatus(.failed, reason: reason, route.senderID)
            try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: route.senderID.text, cause: reason), at: moment)
        }
        dispatcher.signals.eventsAppended(in: access.workspaceID)
    }

    private func record(_ outcome: QueueTable.Outcome) async {
        for delay in Self.recordDelays + [0] {
            do {
                let moment = dispatcher.now()
                try await dispatcher.database.write { [started, access, route] transaction in
                    let message = started.claimed.message
                    try QueueTable(transaction).record(outcome, of: started.attempt, in: access.workspaceID, now: moment)
                    var events = [
                        NewEvent(.messageUpdated, conversation: message.conversationID, message: message.id, cause: outcome.cause)
                    ]
                    if case .accepted(let providerID) = outcome {
                        // A status may have come before our answer did.
                        events += try RelatedEvents(transaction, now: moment, parkedHint: ParkedHint()).applyParked(
                            for: [providerID], sender: route.senderID, in: access.workspaceID)
                    }
                    try EventTable(transaction, access).append(events, at: moment)
                }
                return dispatcher.signals.eventsAppended(in: access.workspaceID)
            } catch {
                Logger(label: "dispatcher").error(
                    "An answer couldn't be recorded yet",
                    metadata: ["message.id": "\(started.attempt.messageID)", "error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: .seconds(delay))
            }
        }
    }
}

extension QueueTable.Outcome {
    var cause: String {
        switch self {
        case .accepted: "accepted"
        case .failed: "failed"
        case .unknown: "unknown"
        case .again: "queued"
        }
    }
}
