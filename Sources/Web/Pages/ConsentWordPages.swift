internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The words by which customers say what may be sent to them, and what they are answered.
struct ConsentWordPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let words = "/app/{workspace}/settings/consent"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return RouteSet(member: [
            Route(.get, words, allows: managing, respond: show), Route(.post, words, allows: managing, respond: save),
            Route(.post, "\(words)/standard", allows: managing, respond: reset),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The words are saved. They count from now on.")
            case "standard": PageNotice("The standard words are back.")
            default: nil
            }
        let words = try await services.consent.words(access: context.access)
        let text = request.query["try"]
        var trial: (text: String, outcome: ConsentService.Trial)?
        if let text { trial = (text, try await services.consent.tried(text, access: context.access)) }
        return printer.page(
            ConsentWordsView(
                words.languages.map(ConsentWordsView.Draft.init), trial: trial, problem: nil, notice: notice,
                in: printer.frame(request, context)))
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let drafts = (0...ConsentWords.languageLimit).compactMap { ConsentWordsView.Draft(form, at: $0) }
        do {
            _ = try await services.consent.setWords(try ConsentWords(drafts.map(\.language)), access: context.access)
        } catch let problem as ConsentProblem {
            return printer.page(
                ConsentWordsView(drafts, trial: nil, problem: problem, notice: nil, in: printer.frame(request, context)),
                status: problem.kind.status)
        }
        return .seeOther("/app/\(context.workspace.slug.text)/settings/consent?done=saved")
    }

    @Sendable private func reset(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.consent.setWords(nil, access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/settings/consent?done=standard")
    }
}

/// The words and confirmations by language. Template `consent-words`.
struct ConsentWordsView: RenderedView {
    static let template = "consent-words"
    let names: [String: any Sendable]

    /// One language as it was filled in: a word on each line.
    struct Draft: Sendable {
        let code: String
        fileprivate var words: [ConsentChange: String] = [:]
        fileprivate var confirmations: [ConsentChange: String] = [:]

        init(_ language: ConsentWords.Language) {
            code = language.code
            for change in ConsentChange.allCases {
                words[change] = language.group(of: change).words.joined(separator: "\n")
                confirmations[change] = language.group(of: change).confirmation
            }
        }

        /// Nil without a code, where a language is taken out or none was added. Words that were typed without one are refused, and not lost.
        init?(_ form: FormFields, at index: Int) {
            guard let code = form["code-\(index)"]?.trimmed else { return nil }
            self.code = code
            for change in ConsentChange.allCases {
                words[change] = (form["\(change.rawValue)-words-\(index)"] ?? "").replacing("\r\n", with: "\n")
                confirmations[change] = (form["\(change.rawValue)-text-\(index)"] ?? "").replacing("\r\n", with: "\n")
            }
            guard code.isEmpty else { return }
            let isTakenOut = form["former-code-\(index)"]?.isBlank == false
            if isTakenOut || isBlank { return nil }
        }

        fileprivate var isBlank: Bool { (Array(words.values) + Array(confirmations.values)).allSatisfy(\.isBlank) }

        fileprivate init() { code = "" }

        var language: ConsentWords.Language {
            func group(_ change: ConsentChange) -> ConsentWords.Group {
                ConsentWords.Group(
                    words[change, default: ""].split(separator: "\n").map(String.init), confirmation: confirmations[change, default: ""])
            }
            return ConsentWords.Language(code: code, optOut: group(.optOut), stopAll: group(.stopAll), optIn: group(.optIn))
        }
    }

    init(
        _ drafts: [Draft], trial: (text: String, outcome: ConsentService.Trial)?, problem: ConsentProblem?, notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let own: [String: any Sendable] = [
            "wordsError": (problem?.detail).orFalse, "wordLimit": String(ConsentWords.wordLimit), "trialText": trial?.text ?? "",
            "trialOutcome": trial.map { Self.outcome($0.outcome) }.orFalse, "trialAnswer": (trial?.outcome.confirmation).orFalse,
            "wordLanguages": drafts.enumerated().map { LanguageView($1, at: $0, isOpen: problem != nil) }
                + (drafts.count < ConsentWords.languageLimit ? [LanguageView(Draft(), at: drafts.count, isOpen: false)] : []),
        ]
        names = own.with(SettingsTab.consent.names).with(workspace.names(title: "Consent", place: .settings, notice: notice))
    }

    private static func outcome(_ trial: ConsentService.Trial) -> String {
        guard let meaning = trial.meaning else { return "This is no word: the whole message has to be one. It changes nothing." }
        return "This says that the customer \(meaning.change.words), in \(meaning.languages.joined(separator: ", "))."
    }

    struct LanguageView: View {
        let names: [String: any Sendable]

        init(_ draft: Draft, at index: Int, isOpen: Bool) {
            names = [
                "languageIndex": String(index), "languageCode": draft.code,
                "languageTitle": draft.code.isEmpty ? "Add a language" : draft.code,
                "languageWords": draft.words[.optOut, default: ""].split(separator: "\n").joined(separator: ", "),
                "languageIsOpen": isOpen && !(draft.code.isEmpty && draft.isBlank),
                "languageGroups": [ConsentChange.optOut, .stopAll, .optIn].map { change in
                    GroupView(change, words: draft.words[change, default: ""], text: draft.confirmations[change, default: ""])
                },
            ]
        }
    }

    struct GroupView: View {
        let names: [String: any Sendable]

        init(_ change: ConsentChange, words: String, text: String) {
            let label =
                switch change {
                case .optOut: "no marketing"
                case .stopAll: "nothing more"
                case .optIn: "everything again"
                }
            names = ["wordsChange": change.rawValue, "wordsLabel": label, "wordsValue": words, "wordsAnswer": text]
        }
    }
}
