internal import Domain
internal import Logging
internal import Metrics
internal import Store

internal import struct Foundation.Date

/// One call to the provider and the recording of its answer, which no cancellation can reach.
struct OutboundCall: Sendable {
    /// Attempts of one message by itself, at most; a person may go on.
    private static let attemptLimit = 6
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
        CrashPoint.reach(.beforeCall)
        let answer = await channel.send(outbound, from: route)
        CrashPoint.reach(.afterCall)
        let outcome = judge(answer)
        CrashPoint.reach(.beforeRecord)
        await dispatcher.recorder.record(
            .init(
                attempt: started.attempt, workspaceID: access.workspaceID, conversationID: started.loaded.message.conversationID,
                outcome: outcome),
            disposition: answer.disposition, from: route.senderID)
    }

    private var outbound: OutboundMessage {
        let loaded = started.loaded
        return OutboundMessage(
            attempt: started.attempt,
            recipient: Recipient(
                phone: loaded.contact.phoneNumber, businessScopedID: loaded.contact.businessScopedID, groupID: loaded.groupID),
            content: loaded.message.content, targetProviderID: loaded.targetProviderID, providerMediaID: started.providerMediaID)
    }

    private func judge(_ answer: SendAnswer) -> AnswerTable.Outcome {
        switch answer {
        case .accepted(let providerID):
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
            return judge(disposition, error)
        }
    }

    private func judge(_ disposition: Disposition, _ error: MessageError) -> AnswerTable.Outcome {
        switch disposition {
        case .retry(let delay), .slowDown(let delay):
            return again(error, after: backOff(from: delay / .seconds(1)))
        case .hold(let duration, _):
            return again(error, after: duration / .seconds(1))
        case .pauseCampaigns where started.lane == .campaign, .stopSender:
            // Nothing left, and nothing will until a person has seen to the sender: the message waits in the queue.
            return .again(error, notBefore: dispatcher.now())
        case .fail, .restrictContact, .pauseTemplate, .pauseCampaigns, .askPerson:
            return failed(error)
        }
    }

    private func again(_ error: MessageError, after seconds: Double) -> AnswerTable.Outcome {
        started.attempt.number < Self.attemptLimit ? .again(error, notBefore: after(seconds)) : failed(error)
    }

    private func failed(_ error: MessageError) -> AnswerTable.Outcome {
        Counter(label: "messages_failed_total").increment()
        return .failed(error)
    }

    /// 4^n times the first delay, capped, for the n-th attempt counted from 0: Meta's advice for its pair limit.
    private func backOff(from seconds: Double) -> Double {
        min(Self.longestDelaySeconds, max(0.5, seconds) * Double(1 << min(16, 2 * (started.attempt.number - 1))))
    }

    private func after(_ seconds: Double) -> Date {
        dispatcher.now().addingTimeInterval(seconds * Double.random(in: 1...1.2))
    }
}

extension SendAnswer {
    /// What a refusal means; nil when it wasn't one.
    var disposition: Disposition? { if case .refused(let disposition, _) = self { disposition } else { nil } }
}
