package import struct Foundation.Date

extension CampaignRecipient {
    /// How the message of a recipient stands.
    package struct Standing: Sendable, Equatable {
        package let messageID: Identifier<Message>
        package let status: MessageStatus
        package let error: MessageError?
        package let sentAt: Date?
        package let deliveredAt: Date?
        package let readAt: Date?

        package init(
            messageID: Identifier<Message>, status: MessageStatus, error: MessageError? = nil, sentAt: Date? = nil,
            deliveredAt: Date? = nil,
            readAt: Date? = nil
        ) {
            (self.messageID, self.status, self.error) = (messageID, status, error)
            (self.sentAt, self.deliveredAt, self.readAt) = (sentAt, deliveredAt, readAt)
        }
    }

    /// The recipient as its message has it by now. Who isn't written to yet, or once more, stays: a message that was taken back out of the queue says
    /// nothing of them.
    package func after(_ standing: Standing, at moment: Date) -> CampaignRecipient {
        guard state != .pending, state != .excluded, messageID == standing.messageID else { return self }
        var next = self
        (next.sentAt, next.deliveredAt, next.readAt) = (standing.sentAt, standing.deliveredAt, standing.readAt)
        next.error = nil
        switch standing.status {
        case .scheduled, .queued, .claimed, .sending: next.state = .queued
        case .sent, .received: next.state = .sent
        case .delivered: next.state = .delivered
        case .read, .played: next.state = .read
        case .cancelled: next.state = .cancelled
        case .unknown: next.state = .unknown
        case .failed:
            next.state = .failed
            next.error = standing.error ?? .withoutReason
        }
        next.failedAt = next.state == .failed ? failedAt ?? moment : nil
        return next
    }

    /// The person wrote; `isClick` when they tapped one of the message's quick replies. What comes later than ``Campaign/replyDays`` is no answer.
    package func answered(at moment: Date, isClick: Bool) -> CampaignRecipient {
        guard let sentAt, moment.timeIntervalSince(sentAt) <= Campaign.replyDays * 86_400 else { return self }
        var next = self
        if repliedAt == nil { next.repliedAt = moment }
        if isClick, clickedAt == nil { next.clickedAt = moment }
        return next
    }

    /// Back among those who are to be written to. Its message, if it has one, is used again.
    package var takenBack: CampaignRecipient {
        var next = self
        (next.state, next.error, next.failedAt, next.queuedAt, next.notBefore) = (.pending, nil, nil, nil, nil)
        return next
    }
}

extension MessageError {
    fileprivate static let withoutReason = MessageError(
        code: "message.failed", detail: "The message couldn’t be sent, and nobody said why.", advice: "Try it again.", retryable: true)
}

/// When a recipient may be written to.
package enum CampaignTiming {
    /// Now, when that isn't later than `now`; else when to look again.
    /// - Parameter region: of the recipient's number; nil when nobody knows.
    package static func earliest(of plan: CampaignPlan, region: String?, in zones: RegionZones, at now: Date) -> Date {
        plan.timing?.earliest(at: now, region: region, in: zones) ?? now
    }
}
