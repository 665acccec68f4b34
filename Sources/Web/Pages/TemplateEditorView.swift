internal import Domain
internal import Foundation
internal import Services

/// The editor of a template. Template `template-editor`.
struct TemplateEditorView: RenderedView {
    static let template = "template-editor"
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - account: the name of the WhatsApp account that is to have it.
    ///   - draft: what the form holds, which may not be kept yet.
    ///   - version: which the form was filled from; that which is kept unless given.
    ///   - isKept: whether the form holds what is kept.
    ///   - faults: what breaks rules; told from the draft unless given.
    init(
        _ saved: SavedTemplateDraft, _ draft: TemplateDraft, account: String, version: String? = nil, isKept: Bool, notice: PageNotice?,
        faults: [TemplateFault]? = nil, in workspace: WorkspaceFrame
    ) {
        let isNext = saved.templateID != nil
        let title = isNext ? "Edit \(draft.name)" : "New template"
        names = workspace.names(title: title, place: .templates, notice: notice).with([
            "editorTitle": title, "editorAddress": "\(workspace.base)/templates/drafts/\(saved.id)",
            "editorVersion": version ?? String(saved.version),
            "editorAccount": account, "editorIsNext": isNext, "editorRefusal": saved.refusal.orFalse, "editorIsKept": isKept,
            "editorName": draft.name, "editorLifetime": draft.lifetimeSeconds.map(String.init) ?? "",
            "editorLifetimeHelp": Self.lifetimeHelp(draft.category),
            "editorLanguages": TemplateLanguages.codes.map { OptionView($0, Self.language($0), isChosen: $0 == draft.language) },
            "editorLanguage": Self.language(draft.language), "editorLanguageCode": draft.language,
            "editorCategories": TemplateDraft.Category.allCases.map {
                OptionView($0.rawValue, TemplateWords.category($0.rawValue), isChosen: $0 == draft.category)
            },
            "editorIsCode": draft.category == .authentication, "editorHasCards": !draft.cards.isEmpty,
        ]).with(Self.texts(draft)).with(Self.code(draft.authentication ?? .init())).with(
            TemplateCheckView(draft, faults: faults, in: workspace).names)
    }

    private static func texts(_ draft: TemplateDraft) -> [String: any Sendable] {
        let kind = TemplateDraftForm.HeaderKind(draft.header)
        var sample: String?
        if case .file(_, let handle) = draft.header { sample = handle }
        return [
            "editorIsNamed": draft.format == .named, "numberExample": "{{1}}", "nameExample": "{{first_name}}",
            "headerKinds": TemplateDraftForm.HeaderKind.allCases.map { OptionView($0.rawValue, words($0), isChosen: $0 == kind) },
            "headerIsText": kind == .text, "headerText": draft.header?.text?.text ?? "", "headerIsFile": kind.file != nil,
            "headerSample": sample ?? "", "headerHasSample": sample != nil, "headerAccepts": accepts(kind),
            "bodyText": draft.body.text, "footerText": draft.footer ?? "", "buttonCount": String(draft.buttons.count),
            "editorButtons": draft.buttons.enumerated().map { ButtonView($0.element, at: $0.offset) },
            "mayAddButton": draft.buttons.count < TemplateRules.buttonLimit, "hasOffer": draft.offer != nil,
            "offerText": draft.offer?.text ?? "", "offerEnds": draft.offer?.hasEnd ?? false,
            "offersAreAllowed": draft.category == .marketing,
        ]
    }

    private static func code(_ code: TemplateDraft.Authentication) -> [String: any Sendable] {
        let app = code.apps.first
        return [
            "codeAdvises": code.advisesSecrecy, "codeExpiry": code.expiryMinutes.map(String.init) ?? "",
            "codeButton": code.buttonText ?? "",
            "codeAutofill": code.autofillText ?? "", "codePackage": app?.packageName ?? "", "codeHash": app?.signatureHash ?? "",
            "codeTerms": code.acceptsZeroTapTerms,
            "codeWays": TemplateDraft.Authentication.Way.allCases.map { OptionView($0.rawValue, words($0), isChosen: $0 == code.way) },
        ]
    }

    private static func words(_ kind: TemplateDraftForm.HeaderKind) -> String {
        switch kind {
        case .none: "Nothing"
        case .text: "A title"
        case .image: "A picture"
        case .video: "A video"
        case .document: "A document"
        case .location: "A place"
        }
    }

    private static func words(_ way: TemplateDraft.Authentication.Way) -> String {
        switch way {
        case .copyCode: "The customer copies the code"
        case .oneTap: "One tap fills it in, in your Android app"
        case .zeroTap: "Your Android app takes it without a tap"
        }
    }

    private static func accepts(_ kind: TemplateDraftForm.HeaderKind) -> String {
        switch kind {
        case .image: "image/jpeg,image/png"
        case .video: "video/mp4,video/3gpp"
        case .document: "application/pdf"
        case .none, .text, .location: ""
        }
    }

    private static func lifetimeHelp(_ category: TemplateDraft.Category) -> String {
        guard let range = TemplateRules.lifetimes[category] else { return "" }
        return
            "For so many seconds WhatsApp tries to deliver a message: \(range.lowerBound) to \(range.upperBound). Leave it empty for WhatsApp’s own length."
    }

    /// Such as `Italian (it)`, in English as all of the page.
    static func language(_ code: String) -> String {
        let name = Locale(identifier: "en").localizedString(forIdentifier: code)
        return name.map { "\($0) (\(code))" } ?? code
    }

    struct OptionView: View {
        let names: [String: any Sendable]

        init(_ value: String, _ words: String, isChosen: Bool) {
            names = ["optionValue": value, "optionWords": words, "optionIsChosen": isChosen]
        }
    }

    struct ButtonView: View {
        let names: [String: any Sendable]

        init(_ button: TemplateDraft.Button, at index: Int) {
            let kind = TemplateDraftForm.ButtonKind(button.kind)
            var values = [
                "buttonURL": "", "buttonSample": "", "buttonPhone": "", "buttonCode": "", "buttonFlow": "", "buttonMinutes": "",
                "flowKey": "id", "flowJSON": "", "flowAction": "", "flowScreen": "", "flowIcon": "",
            ]
            switch button.kind {
            case .quickReply: break
            case .link(let address, let sample): (values["buttonURL"], values["buttonSample"]) = (address, sample ?? "")
            case .phone(let number): values["buttonPhone"] = number
            case .copyCode(let sample): values["buttonCode"] = sample
            case .flow(let flow):
                values["buttonFlow"] = flow.id ?? flow.name ?? ""
                values["flowKey"] = flow.id == nil && flow.name != nil ? "name" : "id"
                (values["flowJSON"], values["flowAction"]) = (flow.json ?? "", flow.action ?? "")
                (values["flowScreen"], values["flowIcon"]) = (flow.screen ?? "", flow.icon ?? "")
            case .voiceCall(let minutes): values["buttonMinutes"] = minutes.map(String.init) ?? ""
            }
            let own: [String: any Sendable] = [
                "buttonPath": "button.\(index)", "buttonKey": "button-\(index)", "buttonIndex": String(index),
                "buttonNumber": String(index + 1), "buttonText": button.text,
                "buttonHasText": kind != .copyCode, "buttonIsLink": kind == .link, "buttonIsPhone": kind == .phone,
                "buttonIsCode": kind == .copyCode, "buttonIsFlow": kind == .flow, "buttonIsCall": kind == .call,
                "buttonKinds": TemplateDraftForm.ButtonKind.allCases.map { OptionView($0.rawValue, Self.words($0), isChosen: $0 == kind) },
            ]
            names = own.merging(values.mapValues { $0 as any Sendable }) { one, _ in one }
        }

        private static func words(_ kind: TemplateDraftForm.ButtonKind) -> String {
            switch kind {
            case .quickReply: "Quick reply"
            case .link: "Link"
            case .phone: "Telephone number"
            case .copyCode: "Code to copy"
            case .flow: "Form (flow)"
            case .call: "Call in WhatsApp"
            }
        }
    }
}

/// The parts of the editor that change while somebody types: examples, faults and the preview. Template `template-check`.
struct TemplateCheckView: RenderedView {
    static let template = "template-check"
    let names: [String: any Sendable]

    init(_ draft: TemplateDraft, faults: [TemplateFault]? = nil, in workspace: WorkspaceFrame) {
        let faults = faults ?? TemplateRules.faults(of: draft)
        let parts = TemplateParts(draft.components, format: draft.format, category: draft.category.rawValue)
        let own: [String: any Sendable] = [
            "headerSamples": Self.samples(draft.header?.text, "header"), "bodySamples": Self.samples(draft.body, "body"),
            "hasFaults": !faults.isEmpty, "faultTitle": faults.count == 1 ? "One thing to mend" : "\(faults.count) things to mend",
            "faults": faults.map(FaultView.init), "checkPreview": TemplateTextView(TemplateWords.text(parts, [:])),
            "checkLanguage": draft.language.replacing("_", with: "-"),
            "checkDirection": TemplateLanguages.isRightToLeft(draft.language) ? "rtl" : "ltr",
            "checkIsCode": draft.category == .authentication,
        ]
        names = workspace.names(title: "Template", place: .templates).with(own)
    }

    private static func samples(_ text: TemplateDraft.SampledText?, _ path: String) -> [SampleView] {
        guard let text else { return [] }
        return Placeholders.names(in: text.text).map { SampleView($0, text.samples[$0] ?? "", path) }
    }

    struct SampleView: View {
        let names: [String: any Sendable]

        init(_ variable: String, _ sample: String, _ path: String) {
            names = [
                "sampleField": "\(path)-sample.\(variable)", "sampleKey": "\(path)-sample-\(variable)", "sampleName": "{{\(variable)}}",
                "sampleValue": sample,
            ]
        }
    }

    struct FaultView: View {
        let names: [String: any Sendable]

        init(_ fault: TemplateFault) {
            names = ["faultRule": fault.rule.rawValue, "faultDetail": fault.detail, "faultField": Self.element(fault.field)]
        }

        /// The id of the form's element that a fault is about.
        private static func element(_ field: String) -> String {
            let parts = field.split(separator: ".").map(String.init)
            switch (parts.first, parts.dropFirst().first) {
            case ("header", "samples"), ("body", "samples"): return "\(parts[0])-sample-\(parts.last ?? "")"
            case ("header", "text"): return "header"
            case ("header", _): return parts.count > 1 ? "header-file" : "header-kind"
            case ("buttons", let index?) where Int(index) != nil:
                return "button-\(index)-\(parts.last == "text" ? "text" : parts.last == "sample" ? "sample" : "value")"
            case ("buttons", _): return "editor-buttons"
            case ("offer", _): return "offer-text"
            case ("authentication", _): return "auth-way"
            case ("lifetimeSeconds", _): return "lifetime"
            case (let first?, _): return first
            default: return "name"
            }
        }
    }
}

/// Drafts that wait to be submitted, and how to begin one. Template `template-drafts`.
struct TemplateDraftsView: RenderedView {
    static let template = "template-drafts"
    let names: [String: any Sendable]

    init(
        _ page: Page<SavedTemplateDraft>, syncs: [TemplateSync], notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let accounts = Dictionary(syncs.map { ($0.connectionID, $0.connectionName) }, uniquingKeysWith: { one, _ in one })
        let times = workspace.frame.times
        names = workspace.names(title: "Drafts of templates", place: .templates, notice: notice).with([
            "draftAccounts": syncs.enumerated().map {
                TemplateEditorView.OptionView($0.element.connectionID.text, $0.element.connectionName, isChosen: $0.offset == 0)
            },
            "hasSeveralAccounts": syncs.count > 1, "hasDraftAccount": !syncs.isEmpty,
            "draftAccount": syncs.first?.connectionID.text ?? "", "hasDrafts": !page.data.isEmpty,
            "drafts": page.data.map { RowView($0, account: syncs.count > 1 ? accounts[$0.connectionID] : nil, times) },
            "moreDrafts": page.next.map { "\(workspace.base)/templates/drafts?after=\($0)" }.orFalse,
        ])
    }

    struct RowView: View {
        let names: [String: any Sendable]

        init(_ saved: SavedTemplateDraft, account: String?, _ times: PageTimes) {
            let faults = TemplateRules.faults(of: saved.draft).count
            names = [
                "draftID": saved.id.text, "draftName": saved.draft.name.isEmpty ? "Without a name" : saved.draft.name,
                "draftLanguage": saved.draft.language, "draftCategory": TemplateWords.category(saved.draft.category.rawValue),
                "draftIsNext": saved.templateID != nil, "draftAccountName": account.orFalse,
                "draftChanged": "Changed \(times.dayAndTime(saved.updatedAt))", "draftRefusal": saved.refusal.orFalse,
                "draftState": faults == 0 ? "Ready to submit" : faults == 1 ? "One thing to mend" : "\(faults) things to mend",
                "draftIsReady": faults == 0,
            ]
        }
    }
}
