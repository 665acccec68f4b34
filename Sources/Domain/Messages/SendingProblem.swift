package import Foundation

/// Why a message can't be sent, with what would work.
package enum SendingProblem: Problem, Equatable {
    case windowClosed(closedAt: Date?)
    case clientIDTaken
    case clientIDMalformed
    case messageMissing
    case replyTargetMissing
    case targetNotSent
    case contactMissing
    case contactUnreachable
    case notRetryable
    case mediaMissing
    case templatePaused(name: String, code: String, until: Date)
    case marketingRestricted(until: Date)
    /// The person themself said so.
    case optedOut(ConsentReason)

    package var kind: ProblemKind {
        switch self {
        case .windowClosed, .clientIDTaken, .notRetryable, .targetNotSent, .contactUnreachable, .templatePaused, .marketingRestricted,
            .optedOut:
            .conflict
        case .messageMissing, .contactMissing: .missing
        case .clientIDMalformed, .replyTargetMissing, .mediaMissing: .invalid
        }
    }

    package var code: String {
        switch self {
        case .windowClosed: "message.window-closed"
        case .clientIDTaken: "message.client-id-taken"
        case .clientIDMalformed: "message.client-id-malformed"
        case .messageMissing: "message.missing"
        case .replyTargetMissing: "message.reply-target-missing"
        case .targetNotSent: "message.target-not-sent"
        case .contactMissing: "contact.missing"
        case .contactUnreachable: "contact.unreachable"
        case .notRetryable: "message.not-retryable"
        case .mediaMissing: "message.media-missing"
        case .templatePaused: "template.paused"
        case .marketingRestricted: "contact.marketing-restricted"
        case .optedOut: "consent.opted-out"
        }
    }

    package var detail: String {
        switch self {
        case .windowClosed(nil):
            "This person hasn't written yet, so only an approved template can be sent. Once they write, anything can be."
        case .windowClosed:
            "The 24 hours after the customer's last message are over, so only an approved template can be sent. Once they write again, anything can be."
        case .clientIDTaken:
            "This clientId belongs to another message with other content. Use a new one for each message, and the same only to repeat it."
        case .clientIDMalformed: "A clientId has 1 to 128 printable characters, such as a UUID."
        case .messageMissing: "There is no such message in this workspace."
        case .replyTargetMissing: "replyTo must be the id of a message in the same conversation."
        case .targetNotSent:
            "The message that this one answers hasn't reached WhatsApp, so it can't be quoted. Send yours without quoting it."
        case .contactMissing: "There is no such contact in this workspace."
        case .contactUnreachable: "Neither a phone number nor a user id of this contact is known, so nothing can be sent to them."
        case .notRetryable: "Only a failed message can be sent again. This one is queued, on its way, or has arrived."
        case .mediaMissing: "There is no such file in this workspace. Upload it first, then use the id that it gets."
        case .templatePaused(let name, let code, let until):
            "WhatsApp refused the template \(name) a short while ago (code \(code)). Look at it in WhatsApp Manager, and try again after \(until.formatted(.iso8601))."
        case .optedOut(.optedOut):
            "This person wants no marketing from you, so this isn't sent. When they write, you can answer them, without a marketing template."
        case .optedOut(.stoppedAll):
            "This person wants no more messages from you, so this isn't sent. When they write, you can answer them, without a template."
        case .marketingRestricted(let until):
            "WhatsApp withholds marketing from this person until \(until.formatted(.iso8601)). Once they write, you can answer them."
        }
    }

    package var field: String? {
        switch self {
        case .clientIDTaken, .clientIDMalformed: "clientId"
        case .replyTargetMissing, .targetNotSent: "replyTo"
        case .contactMissing, .contactUnreachable: "to"
        case .mediaMissing: "media.id"
        case .windowClosed, .messageMissing, .notRetryable, .marketingRestricted, .optedOut: nil
        case .templatePaused: "template"
        }
    }
}
