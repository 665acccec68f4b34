internal import Domain
internal import Foundation
internal import Services

/// The ways of adding a number. Template `add-number`.
struct AddNumberView: RenderedView {
    static let template = "add-number"
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - isConfigured: whether the operator gave us an app to sign numbers up with.
    ///   - isReachable: whether Meta can be told an https address of this server.
    init(isConfigured: Bool, isReachable: Bool, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = ["isConfigured": isConfigured, "isUnreachable": isConfigured && !isReachable]
        names = own.with(workspace.names(title: "Add a number", place: .senders))
    }
}

/// What can be said of a number that somebody types: how it is read, why it can't be taken, and what is probably meant.
struct NumberHelp: Sendable {
    let typed: String
    var read: PhoneNumber?
    var country: PhoneCountry?
    /// Why it can't be taken; nil while there is too little of it.
    var refusal: String?
    /// Why WhatsApp may not take it, though its form is right.
    var doubt: String?
    var suggestion: PhoneNumber?
    /// What it is already.
    var sender: Sender?
    var begun: Identifier<NumberSignup>?

    /// - Parameter regions: where a number without a country code may be, the likeliest first.
    init(_ typed: String, senders: [Sender], regions: [String], begun signups: [NumberSignup]) {
        self.typed = typed
        let numbers = PhoneNumbers.embedded
        country = numbers.country(beginning: typed)
        guard !typed.isBlank else { return }
        do throws(PhoneNumberProblem) {
            let number = try PhoneNumber(parsing: typed)
            (read, country) = (number, numbers.country(of: number) ?? country)
            sender = senders.first { $0.phoneNumber.matches(number) }
            begun = signups.first { $0.phoneNumber.matches(number) && $0.step != .done }?.id
            do throws(PhoneNumberProblem) { try numbers.check(number) } catch { doubt = error.detail }
        } catch {
            refusal = error.detail
            suggestion = numbers.suggestion(for: typed, regions: regions)
        }
    }

    /// The countries of a browser's languages: `ro-RO,de;q=0.8` says RO.
    static func regions(_ languages: String) -> [String] {
        languages.split(separator: ",").prefix(10).compactMap { item in
            let parts = item.prefix { $0 != ";" }.trimmed.split(separator: "-")
            return parts.count > 1 && parts.last?.count == 2 ? parts.last?.uppercased() : nil
        }
    }
}

/// Template `number-help`.
struct NumberHelpView: RenderedView {
    static let template = "number-help"
    let names: [String: any Sendable]

    /// - Parameter base: where the pages of numbers are.
    init(_ help: NumberHelp, base: String) {
        let country = help.country
        let example = country?.example
        names = [
            "assets": EmbeddedAssets.all.address, "numberBase": base, "numberRead": (help.read?.display).orFalse,
            "numberText": help.read?.text ?? "",
            "numberCountry": (country?.name).orFalse,
            "numberExample": (help.read == nil || help.doubt != nil ? example?.display : nil).orFalse,
            "numberRefusal": help.refusal.orFalse, "numberDoubt": help.doubt.orFalse,
            "numberSuggestion": (help.suggestion?.display).orFalse, "numberSuggestionText": help.suggestion?.text ?? "",
            "numberSenderID": (help.sender?.id.text).orFalse, "numberSenderName": help.sender?.name ?? "",
            "numberSignupID": (help.sender == nil ? help.begun?.text : nil).orFalse,
            "numberIsGood": help.read != nil && help.sender == nil && help.begun == nil && help.doubt == nil,
        ]
    }
}

/// The first step of connecting a number through Meta's window. Template `signup-new`.
struct NewSignupView: RenderedView {
    static let template = "signup-new"
    let names: [String: any Sendable]

    /// What was typed, to be kept when something is wrong.
    struct Typed: Sendable {
        var phoneNumber = "", displayName = "", name = ""
        var agreed: Set<TermsDocument> = []
    }

    init(
        _ typed: Typed, _ conditions: NumberSignupService.Conditions, help: NumberHelp, problem: (any Problem)?,
        in workspace: WorkspaceFrame
    ) {
        let price = conditions.price
        let isOfNumber = problem is PhoneNumberProblem || problem?.field == "phoneNumber"
        let nameError = problem is ProfileProblem ? problem?.detail : nil
        let innerError = (problem as? SenderProblem)?.field == "name" ? problem?.detail : nil
        let isOfField = isOfNumber || nameError != nil || innerError != nil
        let notice = problem.map { PageNotice(isOfField ? "One value has to be mended." : $0.detail, tone: .danger) }
        let lacking = price - conditions.balance
        let own: [String: any Sendable] = [
            "typedNumber": typed.phoneNumber, "numberIsWrong": isOfNumber,
            "fields": [
                FieldView(
                    "displayName", label: "Display name",
                    help: "What customers see in their chats: your business, or something by which they know it. WhatsApp reviews it.",
                    value: typed.displayName, hint: "Acme Coffee", error: nameError),
                FieldView(
                    "name", label: "Inner name", help: "For your team, to tell it from your other numbers. Empty takes the display name.",
                    value: typed.name, error: innerError, isRequired: false),
            ],
            "help": NumberHelpView(help, base: "\(workspace.base)/whatsapp"),
            "price": String(price.count),
            "priceWords": price == .zero
                ? "This number costs nothing here."
                : "A month costs \(price.words), and the first one is spent once the number is connected. The balance is \(conditions.balance.words).",
            "isShort": lacking > .zero, "lackingWords": lacking > .zero ? lacking.words : "",
            "terms": conditions.terms.map { SubscriptionView.TermsChoiceView($0, isAgreed: typed.agreed.contains($0.document)) },
        ]
        names = own.with(workspace.names(title: "Connect a number of yours", place: .senders, notice: notice))
    }
}

/// A sign-up that isn't finished, on the page of senders.
struct SignupRowView: View {
    let names: [String: any Sendable]

    init(_ signup: NumberSignup, _ times: PageTimes) {
        names = [
            "signupID": signup.id.text, "signupName": signup.name, "signupNumber": signup.phoneNumber.display,
            "signupState": SignupWords.state(signup, now: times.now), "signupEnd": times.day(of: signup.endsAt),
        ]
    }
}

/// A sign-up in words.
enum SignupWords {
    static func state(_ signup: NumberSignup, now: Date) -> String {
        if signup.isBusy(at: now) { return "Being worked on" }
        if signup.trouble != nil, ![.choice, .code].contains(signup.step), !signup.needsPIN {
            return "Something went wrong: look what helps"
        }
        return switch signup.step {
        case .window, .account: "Meta\u{2019}s window comes next"
        case .choice: "Waits for a decision"
        case .code: "Waits for the six-digit code"
        case .registration: signup.needsPIN ? "Waits for the number\u{2019}s PIN" : "Being registered"
        case .done: "Connected"
        }
    }
}
