/// Where a campaign stands.
package enum CampaignState: String, Sendable, CaseIterable, Codable {
    case draft
    /// Begins by itself at its time.
    case scheduled
    case running
    case paused
    /// Everybody was written to, or visibly not.
    case finished
    case cancelled
    /// It couldn't begin at its time.
    case failed

    package var isOver: Bool { self == .finished || self == .cancelled || self == .failed }
    /// Whether what was chosen may still be changed.
    package var isEditable: Bool { self == .draft || self == .scheduled }
}

/// What can be done to a campaign.
package enum CampaignStep: String, Sendable, CaseIterable {
    case edit, prepare, schedule
    /// Back to a draft.
    case unschedule
    case start, pause, resume, cancel
    /// Those who failed get another attempt.
    case retry
    /// By itself, once nothing is left to be sent.
    case finish
    /// By itself, when it can't begin.
    case fail
    case delete
}

extension CampaignState {
    /// Throws ``CampaignProblem/notNow(_:_:)`` for what can't be done there.
    package func after(_ step: CampaignStep) throws(CampaignProblem) -> CampaignState {
        switch (self, step) {
        case (.draft, .edit), (.scheduled, .edit): return self
        case (.draft, .prepare), (.scheduled, .prepare): return self
        case (.draft, .schedule), (.scheduled, .schedule): return .scheduled
        case (.scheduled, .unschedule): return .draft
        case (.draft, .start), (.scheduled, .start): return .running
        case (.running, .pause), (.paused, .pause): return .paused
        case (.paused, .resume), (.running, .resume): return .running
        case (.scheduled, .cancel), (.running, .cancel), (.paused, .cancel), (.cancelled, .cancel): return .cancelled
        case (.running, .retry), (.finished, .retry): return .running
        case (.paused, .retry): return .paused
        case (.running, .finish): return .finished
        case (.scheduled, .fail): return .failed
        case (.draft, .delete), (.scheduled, .delete), (.finished, .delete), (.cancelled, .delete), (.failed, .delete): return self
        default: throw .notNow(step, self)
        }
    }
}

/// Why a campaign was paused, couldn't be prepared, or failed.
package enum CampaignHalt: Sendable, Equatable {
    /// As ``Actor/text``.
    case person(String)
    case templateNotSendable(status: String)
    case templateGone
    case templatePaused
    /// WhatsApp's word for it.
    case templateQuality(String)
    case senderStopped(Identifier<Sender>)
    case senderRemoved(Identifier<Sender>)
    /// WhatsApp restricts what the number may begin.
    case senderRestricted(Identifier<Sender>)
    /// WhatsApp's word for it.
    case senderQuality(Identifier<Sender>, String)
    case failures(failed: Int, known: Int)
    /// The file of its audience is gone or can't be read.
    case fileUnreadable
    case groupMissing
    case audienceEmpty
    /// Something of the plan is wrong by now: the sentence of the problem, and its code.
    case plan(code: String, detail: String)

    /// Stable, for programs.
    package var code: String {
        switch self {
        case .person: "person"
        case .templateNotSendable: "template-not-sendable"
        case .templateGone: "template-gone"
        case .templatePaused: "template-paused"
        case .templateQuality: "template-quality"
        case .senderStopped: "sender-stopped"
        case .senderRemoved: "sender-removed"
        case .senderRestricted: "sender-restricted"
        case .senderQuality: "sender-quality"
        case .failures: "failures"
        case .fileUnreadable: "file-unreadable"
        case .groupMissing: "group-missing"
        case .audienceEmpty: "audience-empty"
        case .plan(let code, _): code
        }
    }

    /// For a person.
    package var sentence: String {
        switch self {
        case .person: "A person paused it."
        case .templateNotSendable(let status):
            "WhatsApp says \(status.line(40)) about the template, so it can’t be sent. Resume when it is approved again."
        case .templateGone: "WhatsApp no longer has the template."
        case .templatePaused: "WhatsApp refused the template. Look at it in WhatsApp Manager before you resume."
        case .templateQuality(let word):
            "The quality of the template fell to \(word.line(20)). Think about what people dislike before you resume."
        case .senderStopped: "One of the numbers can’t send any more. Put it right, then resume."
        case .senderRemoved: "One of the numbers was removed."
        case .senderRestricted: "WhatsApp restricts one of the numbers. Its page says why; resume when that is over."
        case .senderQuality(_, let word):
            "The quality of one of the numbers fell to \(word.line(20)). Going on may lower its limit."
        case .failures(let failed, let known):
            "\(failed.grouped) of \(known.grouped) messages failed. Look at the reasons in the report, then resume or cancel."
        case .fileUnreadable: "The file of the audience is gone or can’t be read. Upload it again."
        case .groupMissing: "A group of the audience was deleted. Choose another one."
        case .audienceEmpty: "Nobody is left to write to. Look at why people were left out, and choose others."
        case .plan(_, let detail): detail
        }
    }

    package var sender: Identifier<Sender>? {
        switch self {
        case .senderStopped(let id), .senderRemoved(let id), .senderRestricted(let id), .senderQuality(let id, _): id
        default: nil
        }
    }
}

extension CampaignHalt: Codable {}
