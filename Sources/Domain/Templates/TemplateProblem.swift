package import Foundation

/// Why a template can't be used as asked.
package enum TemplateProblem: Problem, Equatable {
    case missing
    /// It belongs to another account than the number it is to be sent from.
    case otherAccount
    case gone(name: String)
    case notApproved(name: String, status: TemplateStatus)
    /// It needs something that isn't a value.
    case needsMore(String)
    case valueMissing(key: String)
    case valueUnknown(key: String)
    case valueTooLong(key: String, count: Int, limit: Int)
    case valueMalformed(key: String, expected: String)
    case textTooLong(count: Int, limit: Int)

    // What variables stand for.
    case fallbackMissing(key: String)
    case fieldUnknown(key: String, field: String)
    case fieldUnfit(key: String)
    case formatUnknown(key: String, format: String)
    case columnMissing(key: String, column: String)

    // Writing one.
    case draftMissing
    /// Somebody else changed it since it was read.
    case draftChanged
    case draftsFull
    /// Never empty.
    case faults([TemplateFault])
    case categoryUnknown
    case connectionMissing
    case nameTaken(name: String, language: String)
    case doubled(name: String)
    case nameBlocked(until: Date)
    case notEditable(TemplateStatus)
    case keyFixed
    case categoryFixed
    case editTooSoon(until: Date)
    case disabledStays
    case sampleMissing
    case sampleTooLarge(limit: Int)
    /// The account has as many as it may have.
    case accountFull
    /// WhatsApp's own words.
    case refused(String)
    case outcomeUnknown
    case unsupported

    package var kind: ProblemKind {
        switch self {
        case .missing, .draftMissing, .connectionMissing: .missing
        case .gone, .notApproved, .otherAccount, .draftChanged, .draftsFull, .nameTaken, .doubled, .nameBlocked, .notEditable, .editTooSoon,
            .disabledStays, .accountFull, .unsupported:
            .conflict
        case .needsMore, .valueMissing, .valueUnknown, .valueTooLong, .valueMalformed, .textTooLong, .fallbackMissing, .fieldUnknown,
            .fieldUnfit, .formatUnknown, .columnMissing, .faults, .categoryUnknown, .keyFixed,
            .categoryFixed, .sampleMissing, .sampleTooLarge, .refused:
            .invalid
        case .outcomeUnknown: .unavailable
        }
    }

    package var code: String {
        switch self {
        case .missing: "template.missing"
        case .otherAccount: "template.other-account"
        case .gone: "template.gone"
        case .notApproved: "template.not-approved"
        case .needsMore: "template.needs-more"
        case .valueMissing: "template.value-missing"
        case .valueUnknown: "template.value-unknown"
        case .valueTooLong: "template.value-too-long"
        case .valueMalformed: "template.value-malformed"
        case .textTooLong: "template.text-too-long"
        case .fallbackMissing: "template.fallback-missing"
        case .fieldUnknown: "template.field-unknown"
        case .fieldUnfit: "template.field-unfit"
        case .formatUnknown: "template.format-unknown"
        case .columnMissing: "template.column-missing"
        case .draftMissing: "template.draft-missing"
        case .draftChanged: "template.draft-changed"
        case .draftsFull: "template.drafts-full"
        case .faults: "template.rules-broken"
        case .categoryUnknown: "template.category-unknown"
        case .connectionMissing: "template.connection-missing"
        case .nameTaken: "template.name-taken"
        case .doubled: "template.doubled"
        case .nameBlocked: "template.name-blocked"
        case .notEditable: "template.not-editable"
        case .keyFixed: "template.key-fixed"
        case .categoryFixed: "template.category-fixed"
        case .editTooSoon: "template.edit-too-soon"
        case .disabledStays: "template.disabled-stays"
        case .sampleMissing: "template.sample-missing"
        case .sampleTooLarge: "template.sample-too-large"
        case .accountFull: "template.account-full"
        case .refused: "template.refused"
        case .outcomeUnknown: "template.outcome-unknown"
        case .unsupported: "template.unsupported"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such template in this workspace. Load the list of templates again."
        case .otherAccount: "This template belongs to another WhatsApp account than this number. Choose one of the number's own."
        case .gone(let name): "WhatsApp no longer has the template \(name). Choose another one."
        case .notApproved(let name, let status):
            "The template \(name) can't be sent while WhatsApp says \(status.text) about it. Choose one that is approved."
        case .needsMore(let what):
            "This template needs \(what), which can't be filled in here. Send it through the API with its components."
        case .valueMissing: "Fill this in; the template can't be sent without it."
        case .valueUnknown(let key): "The template has no variable “\(key.prefix(60))”. Leave it out."
        case .valueTooLong(_, let count, let limit): "This has \(count) characters, and \(limit) is the most."
        case .valueMalformed(_, let expected): "Write \(expected)."
        case .textTooLong(let count, let limit):
            "With these values the text has \(count) characters, and WhatsApp takes \(limit). Shorten a value."
        case .fallbackMissing: "Say what stands here for those of whom this isn’t known."
        case .fieldUnknown(_, let field): "Nobody knows the merge field “\(field.prefix(60))”. Use one of the list of merge fields."
        case .fieldUnfit: "This can’t be filled with that. Give it a value that is the same for everybody."
        case .formatUnknown(_, let format):
            "Nobody knows the format “\(format.prefix(60))”. Use \(MergeFormat.allCases.map(\.rawValue).joined(separator: ", "))."
        case .columnMissing(_, let column): "There is no column “\(column.prefix(60))”. Choose another field."
        case .draftMissing: "There is no such draft in this workspace. It may have been submitted or deleted."
        case .draftChanged: "Somebody changed this draft meanwhile. Load it again; what you wrote is still in the form."
        case .draftsFull: "There are \(SavedTemplateDraft.countLimit) drafts already. Submit or delete some first."
        case .faults(let faults): Self.sentence(faults)
        case .categoryUnknown: "Use the category MARKETING, UTILITY or AUTHENTICATION."
        case .connectionMissing: "There is no such connection in this workspace. Choose the WhatsApp account that is to have the template."
        case .nameTaken(let name, let language):
            "The account has a template \(name.prefix(60)) in \(language.prefix(20)) already. Edit that one, or choose another name."
        case .doubled(let name):
            "The template \(name.prefix(60)) has the same text already, which WhatsApp refuses. Use that one, or change the text."
        case .nameBlocked(let until):
            "A template of this name was deleted, and WhatsApp keeps the name until \(until.formatted(.iso8601)). Choose another name."
        case .notEditable(let status):
            "WhatsApp says \(status.text) about this template; only one that is approved, rejected or paused can be edited."
        case .keyFixed: "Name and language of a template stay. Make another one."
        case .categoryFixed: "The category of an approved template stays. Make another one."
        case .editTooSoon(let until):
            "WhatsApp lets an approved template be edited once a day and ten times in 30 days. Submit this after \(until.formatted(.iso8601))."
        case .disabledStays: "WhatsApp has disabled this template, and lets nobody delete it."
        case .sampleMissing: "The file that was to be the example is gone. Choose one again."
        case .sampleTooLarge(let limit): "The example may have \(limit / 1_048_576) MB at most. Choose a smaller file."
        case .accountFull: "The WhatsApp account has as many templates as it may have. Delete some first."
        case .refused(let reason): "WhatsApp refused the template: \(reason)"
        case .outcomeUnknown:
            "WhatsApp didn't answer, so nobody knows whether it has the template. The draft is kept; the list shows in a moment what WhatsApp has."
        case .unsupported: "Templates can't be written for this kind of connection."
        }
    }

    private static func sentence(_ faults: [TemplateFault]) -> String {
        let more = faults.count - 1
        return (faults.first?.detail ?? "") + (more < 1 ? "" : more == 1 ? " One more rule is broken." : " \(more) more rules are broken.")
    }

    /// The variable at fault.
    package var key: String? {
        switch self {
        case .valueMissing(let key), .valueUnknown(let key), .valueTooLong(let key, _, _), .valueMalformed(let key, _),
            .fallbackMissing(let key), .fieldUnknown(let key, _), .fieldUnfit(let key), .formatUnknown(let key, _),
            .columnMissing(let key, _):
            key
        default: nil
        }
    }

    package var field: String? {
        switch self {
        case .faults(let faults): faults.first?.field
        case .categoryUnknown, .categoryFixed: "category"
        case .connectionMissing: "connectionId"
        case .nameTaken, .nameBlocked, .keyFixed: "name"
        case .doubled: "body.text"
        case .sampleMissing, .sampleTooLarge: "header.sample"
        case .otherAccount, .gone, .notApproved, .needsMore: "template.id"
        case .textTooLong: "template.values"
        case .valueMissing, .valueUnknown, .valueTooLong, .valueMalformed: key.map { "template.values.\($0)" }
        case .fallbackMissing, .fieldUnknown, .fieldUnfit, .formatUnknown, .columnMissing: key.map { "variables.\($0)" }
        default: nil
        }
    }
}
