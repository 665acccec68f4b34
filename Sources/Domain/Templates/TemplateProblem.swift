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

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .gone, .notApproved, .otherAccount: .conflict
        case .needsMore, .valueMissing, .valueUnknown, .valueTooLong, .valueMalformed, .textTooLong: .invalid
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
        }
    }

    /// The variable at fault.
    package var key: String? {
        switch self {
        case .valueMissing(let key), .valueUnknown(let key), .valueTooLong(let key, _, _), .valueMalformed(let key, _): key
        case .missing, .otherAccount, .gone, .notApproved, .needsMore, .textTooLong: nil
        }
    }

    package var field: String? {
        switch self {
        case .missing: nil
        case .otherAccount, .gone, .notApproved, .needsMore: "template.id"
        case .textTooLong: "template.values"
        case .valueMissing, .valueUnknown, .valueTooLong, .valueMalformed: key.map { "template.values.\($0)" }
        }
    }
}
