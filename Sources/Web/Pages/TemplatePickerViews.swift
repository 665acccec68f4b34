internal import Domain
internal import Foundation
internal import Services

/// The picker as a page of its own, for browsers without scripts. Template `template-picker`.
struct TemplatePickerPage: RenderedView {
    static let template = "template-picker"
    let names: [String: any Sendable]

    /// - Parameter part: ``TemplateChoicesView`` or ``TemplateFormView``.
    init(_ part: some RenderedView, of conversation: Conversation, in workspace: WorkspaceFrame) {
        names = part.names.with(workspace.names(title: "Send a template", place: .inbox)).with([
            "pickerContact": conversation.contact.title, "isChoosing": part is TemplateChoicesView,
        ])
    }
}

/// The templates to choose from. Template `template-choices`.
struct TemplateChoicesView: RenderedView {
    static let template = "template-choices"
    let names: [String: any Sendable]

    init(_ page: Page<Template>, words: String, for conversation: Conversation, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/whatsapp/\(conversation.id)"
        var groups: [[Template]] = []
        for template in page.data {
            if groups.last?.first?.name == template.name {
                groups[groups.count - 1].append(template)
            } else {
                groups.append([template])
            }
        }
        names = workspace.names(title: "Send a template", place: .inbox).with([
            "pickerAddress": "\(address)/templates", "pickerBack": address, "pickerWords": words, "hasChoices": !groups.isEmpty,
            "choices": groups.map { ChoiceRowView($0, address: "\(address)/templates") }, "hasMoreChoices": page.next != nil,
            "noChoices": words.isEmpty
                ? "No approved template of this account is here. An owner or admin can get them under Templates."
                : "No approved template has all these words.",
        ]).with(TemplateFormView.none)
    }

    /// All languages of one name.
    struct ChoiceRowView: View {
        let names: [String: any Sendable]

        init(_ templates: [Template], address: String) {
            let first = templates[0]
            let text = TemplateWords.text(first.parts, [:])
            names = [
                "choiceAddress": "\(address)/\(first.id)", "choiceName": first.name.replacing("_", with: " "),
                "choiceLanguages": templates.map(\.language).joined(separator: ", "), "choiceIsPinned": first.isPinned,
                "choicePreview": MessageMarkup.line(text.body),
                "choiceCategory": TemplateWords.category(first.definition.category),
            ]
        }
    }
}

/// One template with its fields. Template `template-form`.
struct TemplateFormView: RenderedView {
    static let template = "template-form"
    let names: [String: any Sendable]

    /// The names of this view in the page that shows the other.
    static let none: [String: any Sendable] = [
        "formName": "", "formFields": [FieldRowView](), "formLanguages": [LanguageView](), "hasLanguages": false, "formAction": "",
        "formClientID": "", "formObstacle": false, "formNotice": false, "formPreview": false, "formProblem": false, "formLanguage": "",
        "formText": "",
    ]

    /// The name of a variable's field.
    static func field(for key: String) -> String { "value.\(key)" }

    init(
        _ template: Template, languages: [Template], values: [String: String], problems: [TemplateProblem], notice: PageNotice? = nil,
        for conversation: Conversation, clientID: String, in workspace: WorkspaceFrame
    ) {
        let address = "\(workspace.base)/whatsapp/\(conversation.id)"
        let parts = template.parts
        var errors: [String: String] = [:]
        for problem in problems { if let key = problem.key, errors[key] == nil { errors[key] = problem.detail } }
        var obstacle: String?
        do throws(TemplateProblem) { try template.requireSendable() } catch { obstacle = error.detail }
        let text = TemplateWords.text(parts, values)
        names = workspace.names(title: "Send a template", place: .inbox).with([
            "pickerAddress": "\(address)/templates", "pickerBack": address, "pickerWords": "", "hasChoices": false,
            "choices": [TemplateChoicesView.ChoiceRowView](), "hasMoreChoices": false, "noChoices": "",
            "formName": template.name.replacing("_", with: " "), "formLanguage": template.language,
            "formFields": parts.variables.map { FieldRowView($0, value: values[$0.key] ?? "", error: errors[$0.key]) },
            "formLanguages": languages.map { LanguageView($0, isSelected: $0.id == template.id, address: "\(address)/templates") },
            "hasLanguages": languages.count > 1, "formAction": "\(address)/templates/\(template.id)", "formClientID": clientID,
            "formObstacle": obstacle.orFalse, "formNotice": (notice?.text).orFalse,
            "formProblem": (problems.first { $0.key == nil }?.detail).orFalse, "formPreview": TemplateTextView(text),
            "formText": MessageMarkup.line(text.body),
        ])
    }

    struct FieldRowView: View {
        let names: [String: any Sendable]

        init(_ variable: TemplateVariable, value: String, error: String?) {
            let key = "tv-\(variable.key.replacing(".", with: "-"))"
            let file: String? = if case .file(let kind) = variable.kind { kind.rawValue } else { nil }
            names = [
                "rowKey": variable.key, "rowID": key, "rowName": TemplateFormView.field(for: variable.key),
                "rowLabel": TemplateWords.label(variable), "rowValue": value, "rowHelp": TemplateWords.help(variable).orFalse,
                "rowError": error.orFalse, "rowIsRequired": variable.isRequired, "rowFile": file.orFalse,
            ]
        }
    }

    struct LanguageView: View {
        let names: [String: any Sendable]

        init(_ template: Template, isSelected: Bool, address: String) {
            names = [
                "languageName": template.language, "languageAddress": "\(address)/\(template.id)", "languageSelected": isSelected,
            ]
        }
    }
}

/// The preview alone, with what is wrong. Template `template-preview`.
struct TemplatePreviewView: RenderedView {
    static let template = "template-preview"
    let names: [String: any Sendable]

    init(_ template: Template, values: [String: String], frame: PageFrame) {
        let text = TemplateWords.text(template.parts, values)
        names = frame.names(title: "").with([
            "formPreview": TemplateTextView(text), "formText": MessageMarkup.line(text.body),
            "previewProblems": template.parts.problems(values).map(ProblemRowView.init),
        ])
    }

    struct ProblemRowView: View {
        let names: [String: any Sendable]
        init(_ problem: TemplateProblem) { names = ["problemKey": problem.key ?? "", "problemText": problem.detail] }
    }
}
