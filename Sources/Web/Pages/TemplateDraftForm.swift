internal import Domain
internal import Foundation

/// The form of a template's editor: what is in its fields, and how they are filled from a draft.
struct TemplateDraftForm {
    /// What a button of the form asks for.
    enum Action: Equatable {
        case save, submit, check, addButton
        case removeButton(Int)
        case addSample

        /// Reads a submit button's value, such as `remove-button-2`.
        init(_ text: String?) {
            switch text {
            case "submit": self = .submit
            case "check": self = .check
            case "add-button": self = .addButton
            case "add-sample": self = .addSample
            default:
                if let text, text.hasPrefix("remove-button-"), let index = Int(text.dropFirst("remove-button-".count)) {
                    self = .removeButton(index)
                } else {
                    self = .save
                }
            }
        }
    }

    /// What stands on top, as the form offers it.
    enum HeaderKind: String, CaseIterable {
        case none, text, image, video, document, location

        init(_ header: TemplateDraft.Header?) {
            switch header {
            case nil: self = .none
            case .text: self = .text
            case .file(.image, _): self = .image
            case .file(.video, _): self = .video
            case .file(.document, _): self = .document
            case .location: self = .location
            }
        }

        var file: TemplateDraft.Header.FileKind? { TemplateDraft.Header.FileKind(rawValue: rawValue.uppercased()) }
    }

    /// Kinds of buttons, as the form offers them.
    enum ButtonKind: String, CaseIterable {
        case quickReply = "reply"
        case link, phone
        case copyCode = "code"
        case flow, call

        init(_ kind: TemplateDraft.Button.Kind) {
            switch kind {
            case .quickReply: self = .quickReply
            case .link: self = .link
            case .phone: self = .phone
            case .copyCode: self = .copyCode
            case .flow: self = .flow
            case .voiceCall: self = .call
            }
        }
    }

    private let field: (String) -> String?

    /// - Parameter field: the value of a field by its name; nil when the form hasn't it.
    init(_ field: @escaping (String) -> String?) { self.field = field }

    var action: Action { Action(field("action")) }

    private func text(_ name: String) -> String { (field(name) ?? "").replacing("\r\n", with: "\n") }

    /// Nil for what is empty.
    private func optional(_ name: String) -> String? {
        let text = text(name).trimmed
        return text.isEmpty ? nil : text
    }

    /// The draft with what the form says; what the form doesn't show stays.
    func draft(onto before: TemplateDraft) -> TemplateDraft {
        var draft = before
        draft.name = text("name").trimmed
        draft.language = field("language") ?? before.language
        draft.category = field("category").flatMap { TemplateDraft.Category(rawValue: $0) } ?? before.category
        draft.format = field("format").flatMap { Template.Format(rawValue: $0) } ?? before.format
        draft.lifetimeSeconds = number("lifetime")
        if draft.category == .authentication {
            draft.authentication = authentication(before.authentication)
            (draft.header, draft.body, draft.footer, draft.buttons, draft.offer) = (nil, .init(""), nil, [], nil)
            return draft
        }
        draft.authentication = nil
        // A form that was shown for one-time codes has no fields for texts.
        guard field("body") != nil else { return draft }
        draft.header = header
        draft.body = sampled("body")
        draft.footer = optional("footer")
        draft.buttons = buttons
        draft.offer = field("offer") == "true" ? .init(text("offer-text").trimmed, hasEnd: field("offer-ends") == "true") : nil
        return draft
    }

    private var header: TemplateDraft.Header? {
        let kind = HeaderKind(rawValue: field("header-kind") ?? "") ?? .none
        switch kind {
        case .none: return nil
        case .text: return .text(sampled("header"))
        case .location: return .location
        case .image, .video, .document: return kind.file.map { .file($0, sample: optional("header-sample")) }
        }
    }

    private func sampled(_ name: String) -> TemplateDraft.SampledText {
        let text = text(name)
        let samples = Placeholders.names(in: text).reduce(into: [String: String]()) { samples, variable in
            samples[variable] = optional("\(name)-sample.\(variable)")
        }
        return TemplateDraft.SampledText(text, samples: samples)
    }

    private var buttons: [TemplateDraft.Button] {
        let count = min(max(Int(field("buttons") ?? "") ?? 0, 0), TemplateRules.buttonLimit + 1)
        var buttons = (0..<count).map(button)
        switch action {
        case .addButton: buttons.append(.init("", .quickReply))
        case .removeButton(let index) where buttons.indices.contains(index): buttons.remove(at: index)
        default: break
        }
        return buttons
    }

    private func button(_ index: Int) -> TemplateDraft.Button {
        let path = "button.\(index)"
        let title = text("\(path).text").trimmed
        switch ButtonKind(rawValue: field("\(path).kind") ?? "") ?? .quickReply {
        case .quickReply: return .init(title, .quickReply)
        case .link: return .init(title, .link(text("\(path).url").trimmed, sample: optional("\(path).sample")))
        case .phone: return .init(title, .phone(text("\(path).phone").trimmed))
        case .copyCode: return .init(title, .copyCode(sample: text("\(path).code").trimmed))
        case .flow: return .init(title, .flow(flow(path)))
        case .call: return .init(title, .voiceCall(minutes: number("\(path).minutes")))
        }
    }

    /// With the members that the form only carries along.
    private func flow(_ path: String) -> TemplateDraft.Button.Flow {
        let isName = field("\(path).flow-key") == "name"
        let key = optional("\(path).flow")
        return .init(
            id: isName ? nil : key, name: isName ? key : nil, json: optional("\(path).flow-json"), action: optional("\(path).flow-action"),
            screen: optional("\(path).flow-screen"), icon: optional("\(path).flow-icon"))
    }

    /// Nil for what is empty; what is no number is one that no rule allows.
    private func number(_ name: String) -> Int? { optional(name).map { Int($0) ?? 0 } }

    private func authentication(_ before: TemplateDraft.Authentication?) -> TemplateDraft.Authentication {
        guard let way = field("auth-way") else { return before ?? TemplateDraft.Authentication() }
        var apps = before?.apps ?? []
        if let package = field("auth-package"), let hash = field("auth-hash") {
            let first = TemplateDraft.Authentication.App(packageName: package.trimmed, signatureHash: hash.trimmed)
            apps = (first.packageName.isEmpty && first.signatureHash.isEmpty ? [] : [first]) + apps.dropFirst()
        }
        return TemplateDraft.Authentication(
            advisesSecrecy: field("auth-secrecy") == "true", expiryMinutes: number("auth-expiry"),
            way: TemplateDraft.Authentication.Way(rawValue: way) ?? .copyCode, buttonText: optional("auth-text"),
            autofillText: optional("auth-autofill"), apps: apps, acceptsZeroTapTerms: field("auth-terms") == "true")
    }
}
