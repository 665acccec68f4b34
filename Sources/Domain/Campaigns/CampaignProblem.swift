/// Why a campaign can't be as asked.
package enum CampaignProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case tooMany
    case tooManySenders(count: Int)
    case tooManySources(count: Int)
    case tooManyPicked(count: Int)
    case stopRuleMalformed
    /// It can't be done while the campaign stands there.
    case notNow(CampaignStep, CampaignState)
    case sendersMissing
    case templateMissing
    /// The numbers belong to several accounts, or not to the template's.
    case otherAccount
    case audienceMissing
    /// Nobody is left of it.
    case audienceEmpty
    case groupMissing
    case contactMissing
    case fileMissing
    case phoneColumnMissing
    case regionUnknown(String)
    case notPrepared
    case startMissing
    case startPast
    case noFile
    case reasonUnknown(String)
    case testRecipientMissing

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .tooMany, .notNow, .notPrepared, .audienceEmpty, .noFile: .conflict
        case .nameEmpty, .nameTooLong, .tooManySenders, .tooManySources, .tooManyPicked, .stopRuleMalformed, .sendersMissing,
            .templateMissing, .otherAccount, .audienceMissing, .groupMissing, .contactMissing, .fileMissing, .phoneColumnMissing,
            .regionUnknown, .startMissing, .startPast, .reasonUnknown, .testRecipientMissing:
            .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "campaign.missing"
        case .nameEmpty: "campaign.name-empty"
        case .nameTooLong: "campaign.name-too-long"
        case .tooMany: "campaign.too-many"
        case .tooManySenders: "campaign.too-many-senders"
        case .tooManySources: "campaign.too-many-sources"
        case .tooManyPicked: "campaign.too-many-picked"
        case .stopRuleMalformed: "campaign.stop-rule-malformed"
        case .notNow: "campaign.not-now"
        case .sendersMissing: "campaign.senders-missing"
        case .templateMissing: "campaign.template-missing"
        case .otherAccount: "campaign.other-account"
        case .audienceMissing: "campaign.audience-missing"
        case .audienceEmpty: "campaign.audience-empty"
        case .groupMissing: "campaign.group-missing"
        case .contactMissing: "campaign.contact-missing"
        case .fileMissing: "campaign.file-missing"
        case .phoneColumnMissing: "campaign.phone-column-missing"
        case .regionUnknown: "campaign.region-unknown"
        case .notPrepared: "campaign.not-prepared"
        case .startMissing: "campaign.start-missing"
        case .startPast: "campaign.start-past"
        case .noFile: "campaign.no-file"
        case .reasonUnknown: "campaign.reason-unknown"
        case .testRecipientMissing: "campaign.test-recipient-missing"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such campaign in this workspace. It may have been deleted."
        case .nameEmpty: "Give the campaign a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(CampaignPlan.nameLimit) is the most."
        case .tooMany: "\(Campaign.openLimit) campaigns aren’t over yet, which is the most. Finish, cancel or delete one first."
        case .tooManySenders(let count): "\(count) numbers are chosen, and \(CampaignPlan.senderLimit) is the most."
        case .tooManySources(let count): "The audience has \(count) parts, and \(CampaignAudience.sourceLimit) is the most."
        case .tooManyPicked(let count):
            "\(count.grouped) contacts are picked by hand, and \(CampaignAudience.pickedLimit.grouped) is the most. Put them into a group."
        case .stopRuleMalformed: "Give hundredths from 1 to 100, and from how many messages on they count."
        case .notNow(let step, let state): Self.sentence(step, state)
        case .sendersMissing: "Choose the number that the campaign is sent from."
        case .templateMissing: "Choose the template that is sent."
        case .otherAccount: "The numbers and the template have to belong to one WhatsApp account. Choose others."
        case .audienceMissing: "Choose whom the campaign is for."
        case .audienceEmpty: "Nobody is left to write to. Look at why people are left out, and choose others."
        case .groupMissing: "A group of the audience isn’t there any more. Choose another one."
        case .contactMissing: "A contact that was picked isn’t there any more. Take it out."
        case .fileMissing: "The file of the audience isn’t there any more. Upload it again."
        case .phoneColumnMissing: "Say which column of the file has the phone number."
        case .regionUnknown(let text): "“\(text.line(20))” is no country with phone numbers. Give its two letters, such as BR."
        case .notPrepared: "It isn’t known yet who gets this campaign. Prepare it, look at the counts, then start it."
        case .startMissing: "Say when the campaign is to begin."
        case .startPast: "This time is over. Choose one that is still to come, or start the campaign now."
        case .noFile: "This campaign has no file to take away."
        case .reasonUnknown(let text): "Nobody failed for “\(text.line(40))”. Choose one of the reasons in the report."
        case .testRecipientMissing: "Say to which number or contact the test goes."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany, .notNow, .notPrepared, .noFile: nil
        case .nameEmpty, .nameTooLong: "name"
        case .tooManySenders, .sendersMissing: "senders"
        case .templateMissing, .otherAccount: "template"
        case .tooManySources, .tooManyPicked, .audienceMissing, .audienceEmpty, .groupMissing, .contactMissing, .fileMissing,
            .phoneColumnMissing, .regionUnknown:
            "audience"
        case .stopRuleMalformed: "stopRule"
        case .startMissing, .startPast: "startsAt"
        case .reasonUnknown: "reasons"
        case .testRecipientMissing: "to"
        }
    }

    private static func sentence(_ step: CampaignStep, _ state: CampaignState) -> String {
        let stands =
            switch state {
            case .draft: "hasn’t begun yet"
            case .scheduled: "waits for its time"
            case .running: "is being sent"
            case .paused: "is paused"
            case .finished: "is finished"
            case .cancelled: "was cancelled"
            case .failed: "couldn’t begin"
            }
        let advice =
            switch step {
            case .edit, .prepare: "Only a draft or a scheduled one can be changed; duplicate it instead."
            case .delete: "Cancel it first."
            case .start, .schedule: "Duplicate it to send it once more."
            default: "So this can’t be done now."
            }
        return "This campaign \(stands). \(advice)"
    }
}
