import Domain
import Foundation
import Services
import TestSupport

@testable import Web

/// The pages about templates, with everything on them and with nothing.
enum TemplatePageExamples {
    static let all: [(name: String, view: any RenderedView)] = [
        ("templates", page(.light)),
        ("templates-list", list(templates, .light)),
        ("templates-dark", page(.dark)),
        ("templates-agent", page(.light, grants: Role.agent.grants)),
        ("templates-none", TemplatesView(list([], .light), query: .init(), notice: PageNotice("Saved."), in: PageExamples.workspace())),
        (
            "templates-not-found",
            TemplatesView(
                TemplateListView(.init(data: [], next: nil), syncs: [], query: .init(text: "x"), in: PageExamples.workspace(.dark)),
                query: .init(text: "x", isHidden: true), notice: nil, in: PageExamples.workspace(.dark))
        ),
        ("template-choices", choices(templates, words: "")),
        ("template-choices-none", choices([], words: "xyz")),
        ("template-form", form(templates[0], problems: [.valueMissing(key: "body.1"), .textTooLong(count: 2_000, limit: 1_024)])),
        ("template-form-carousel", form(templates[2], problems: [])),
        ("template-form-plain", form(templates[3], problems: [])),
        ("template-picker", TemplatePickerPage(choices(templates, words: ""), of: conversation, in: PageExamples.workspace())),
        ("template-picker-form", TemplatePickerPage(form(templates[0], problems: []), of: conversation, in: PageExamples.workspace(.dark))),
        ("template-editor", editor(TemplateDraftRows.plain, isKept: true)),
        ("template-editor-empty", editor(.init(name: "", language: "en_US", category: .utility), isKept: false)),
        ("template-editor-offer", editor(TemplateDraftRows.offer, isKept: true)),
        ("template-editor-cards", editor(TemplateDraftRows.carousel, isKept: true)),
        ("template-editor-code", editor(TemplateDraftRows.code, isKept: true)),
        ("template-editor-next", editor(rich, of: templates[0].id, refusal: "WhatsApp refused the template: too long.", isKept: true)),
        ("template-check", TemplateCheckView(rich, in: PageExamples.workspace())),
        ("template-drafts", drafts([saved(rich), saved(.init(name: "", language: "ar", category: .marketing), refusal: "Refused.")])),
        ("template-drafts-none", drafts([])),
        ("template-mapping", mapping(templates[0], .suggested(for: templates[0].parts), problems: [.fallbackMissing(key: "body.1")])),
        (
            "template-mapping-carousel",
            mapping(templates[2], .init(["header.file": .text("x")]), problems: [.textTooLong(count: 2_000, limit: 9)])
        ),
        ("template-preview", TemplatePreviewView(templates[0], values: ["header.1": "A-1"], frame: PageExamples.frame())),
    ]

    static let connection = PageExamples.connection.id

    static func template(
        _ number: Int, _ definition: TemplateDefinition, detail: String? = nil, isPinned: Bool = false, hold: Template.Hold? = nil
    ) -> Template {
        Template(
            id: Identifier("tpl_01k0000000000000000000000\(number)"), connectionID: connection, definition: definition,
            statusDetail: detail, isPinned: isPinned, syncedAt: PageExamples.now, hold: hold)
    }

    static let templates = [
        template(1, TestHub.template("order_update", components: TestHub.orderComponents, quality: "GREEN"), isPinned: true),
        template(
            2, TestHub.template("visit", status: .rejected, reason: "INVALID_FORMAT"), detail: "Add text after it.",
            hold: .init(code: "132015", until: PageExamples.now.addingTimeInterval(600))),
        template(
            3,
            TestHub.template(
                "lamps", category: "MARKETING", status: TemplateStatus("SOMETHING_NEW"),
                components: """
                    [{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Look"},{"type":"CAROUSEL","cards":[
                     {"components":[{"type":"HEADER","format":"TEXT","text":"One"},{"type":"BODY","text":"Lamp {{1}}"},
                      {"type":"BUTTONS","buttons":[{"type":"URL","text":"Buy","url":"https://shop.example/{{1}}"}]}]},
                     {"components":[{"type":"BODY","text":"Mug"}]}]},
                     {"type":"LIMITED_TIME_OFFER","limited_time_offer":{"text":"Soon over","has_expiration":true}}]
                    """)),
        template(4, TestHub.template("hello", language: "es")),
        template(5, TestHub.template("products", components: #"[{"type":"HEADER","format":"PRODUCT"},{"type":"BODY","text":"Look"}]"#)),
    ]

    private static let rich = TemplateDraftRows.changed(TemplateDraftRows.plain) { draft in
        draft.language = "ar"
        draft.header = .text(.init("Order {{1}}", samples: ["1": "A-17"]))
        draft.buttons = [
            .init("Yes", .quickReply), .init("Track", .link("https://shop.test/{{1}}", sample: nil)), .init("Call", .phone("+39061234")),
            .init("", .copyCode(sample: "SAVE")), .init("Answer", .flow(.init(id: "1"))), .init("Talk", .voiceCall(minutes: 10)),
        ]
    }

    private static func saved(
        _ draft: TemplateDraft, of template: Identifier<Template>? = nil, refusal: String? = nil
    ) -> SavedTemplateDraft {
        SavedTemplateDraft(
            id: Identifier("tpd_01k00000000000000000000001"), connectionID: connection, templateID: template, draft: draft,
            refusal: refusal, createdAt: PageExamples.now, updatedAt: PageExamples.now)
    }

    private static func editor(
        _ draft: TemplateDraft, of template: Identifier<Template>? = nil, refusal: String? = nil, isKept: Bool
    ) -> TemplateEditorView {
        TemplateEditorView(
            saved(draft, of: template, refusal: refusal), draft, account: "Acme", isKept: isKept,
            notice: isKept ? nil : PageNotice("Refused.", tone: .danger), in: PageExamples.workspace())
    }

    private static func drafts(_ drafts: [SavedTemplateDraft]) -> TemplateDraftsView {
        TemplateDraftsView(
            .init(data: drafts, next: drafts.isEmpty ? nil : "x"), syncs: drafts.isEmpty ? [] : syncs,
            notice: drafts.isEmpty ? nil : PageNotice("Gone."), in: PageExamples.workspace())
    }

    private static let syncs = [
        TemplateSync(
            connectionID: connection, connectionName: "Acme", requestedAt: PageExamples.now, endedAt: nil, succeededAt: nil, error: "old"),
        TemplateSync(
            connectionID: Identifier("cnn_01k00000000000000000000009"), connectionName: "Shop", requestedAt: nil,
            endedAt: PageExamples.now, succeededAt: PageExamples.now, error: "WhatsApp can't be reached right now."),
    ]

    private static func list(_ templates: [Template], _ theme: PageFrame.Theme, grants: Set<Grant> = Role.owner.grants) -> TemplateListView
    {
        TemplateListView(
            .init(data: templates, next: templates.isEmpty ? nil : "x"), syncs: syncs, query: .init(),
            in: PageExamples.workspace(theme, grants: grants))
    }

    private static func page(_ theme: PageFrame.Theme, grants: Set<Grant> = Role.owner.grants) -> TemplatesView {
        TemplatesView(
            list(templates, theme, grants: grants), query: .init(), notice: nil, in: PageExamples.workspace(theme, grants: grants))
    }

    static let conversation = PageExamples.conversation

    static func choices(_ templates: [Template], words: String) -> TemplateChoicesView {
        TemplateChoicesView(
            .init(data: templates, next: templates.isEmpty ? nil : "x"), words: words, for: conversation, in: PageExamples.workspace())
    }

    static func mapping(_ template: Template, _ mapping: TemplateMapping, problems: [TemplateProblem] = []) -> TemplateMappingView {
        TemplateMappingView(template, mapping: mapping, problems: problems, in: PageExamples.workspace())
    }

    static func form(_ template: Template, problems: [TemplateProblem], values: [String: String] = ["header.1": "A-1"]) -> TemplateFormView
    {
        TemplateFormView(
            template, languages: problems.isEmpty ? [template] : templates, values: values, problems: problems,
            notice: problems.isEmpty ? nil : PageNotice("Refused.", tone: .danger), for: conversation, clientID: "fresh",
            in: PageExamples.workspace())
    }
}
