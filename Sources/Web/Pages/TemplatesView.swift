internal import Domain
internal import Foundation
internal import Services

/// The templates of the workspace. Template `templates`.
struct TemplatesView: RenderedView {
    static let template = "templates"
    let names: [String: any Sendable]

    struct Query: Sendable, Equatable {
        var text = ""
        var isHidden = false
        var after: String?

        init(text: String = "", isHidden: Bool = false, after: String? = nil) {
            (self.text, self.isHidden, self.after) = (text, isHidden, after)
        }

        var isPlain: Bool { text.isEmpty && !isHidden }
    }

    init(_ state: TemplateListView, query: Query, notice: PageNotice?, in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Templates", place: .templates, notice: notice).with([
            "searchText": query.text, "showsHidden": query.isHidden, "managesTemplates": workspace.grants.contains(.templatesManage),
        ]).with(state.names)
    }
}

/// The part of it that changes by itself: the state of asking WhatsApp, and the list. Template `template-list`.
struct TemplateListView: RenderedView {
    static let template = "template-list"
    let names: [String: any Sendable]

    init(_ page: Page<Template>, syncs: [TemplateSync], query: TemplatesView.Query, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let several = syncs.count > 1
        let connections = Dictionary(syncs.map { ($0.connectionID, $0.connectionName) }, uniquingKeysWith: { one, _ in one })
        let address = "\(workspace.base)/templates"
        let search = TemplateAddress.query([("q", query.text), ("hidden", query.isHidden ? "true" : "")])
        names = workspace.names(title: "Templates", place: .templates).with([
            "managesTemplates": workspace.grants.contains(.templatesManage), "hasConnections": !syncs.isEmpty,
            "isSyncing": syncs.contains(where: \.isUnderWay), "syncs": syncs.map { SyncView($0, isNamed: several, times) },
            "statePart": "\(address)\(search.isEmpty ? "?" : search + "&")part=list", "hasTemplates": !page.data.isEmpty,
            "templates": page.data.map { RowView($0, account: several ? connections[$0.connectionID] : nil, times) },
            "isSearch": !query.isPlain, "listQuery": search,
            "emptyWords": Self.emptyWords(query, syncs),
            "moreTemplates": page.next.map { "\(address)\(search.isEmpty ? "?" : search + "&")after=\($0)" }.orFalse,
        ])
    }

    private static func emptyWords(_ query: TemplatesView.Query, _ syncs: [TemplateSync]) -> String {
        if !query.text.isEmpty { return "No template has all these words in its name or text." }
        if query.isHidden { return "No template is hidden." }
        if syncs.isEmpty { return "Connect a number first; its account's templates then come by themselves." }
        if syncs.allSatisfy({ $0.succeededAt == nil }) { return "WhatsApp hasn't told us the account's templates yet." }
        return "The account has no templates. Write one here, or in WhatsApp Manager; it appears once WhatsApp has it."
    }

    struct SyncView: View {
        let names: [String: any Sendable]

        init(_ sync: TemplateSync, isNamed: Bool, _ times: PageTimes) {
            let last = sync.succeededAt.map { "Last fetched \(times.full($0))" } ?? "Never fetched yet"
            names = [
                "syncName": (isNamed ? sync.connectionName : nil).orFalse, "syncIsUnderWay": sync.isUnderWay, "syncLast": last,
                "syncError": (sync.isUnderWay ? nil : sync.error).orFalse,
            ]
        }
    }

    struct RowView: View {
        let names: [String: any Sendable]

        /// Whether all of it can be written here.
        private static func isWritable(_ definition: TemplateDefinition) -> Bool {
            guard let category = TemplateDraft.Category(rawValue: definition.category) else { return false }
            return TemplateDraft.read(
                name: definition.name, language: definition.language, category: category, format: definition.format,
                components: definition.components
            ).faults.isEmpty
        }

        init(_ template: Template, account: String?, _ times: PageTimes) {
            let (status, tone) = TemplateWords.status(template.status)
            let (quality, qualityTone) = TemplateWords.quality(template.definition.quality)
            let held = template.hold.flatMap { $0.until > times.now ? $0 : nil }
            let heldWords = held.map {
                "WhatsApp refused it a short while ago (code \($0.code)). Nothing with it leaves before \(times.time($0.until))."
            }
            let parts = template.parts
            let isWritable = Self.isWritable(template.definition)
            names = [
                "templateID": template.id.text, "templateName": template.name, "templateLanguage": template.language,
                "templateCategory": TemplateWords.category(template.definition.category), "templateStatus": status, "templateTone": tone,
                "templateAdvice": TemplateWords.advice(template).orFalse, "templateHeld": heldWords.orFalse,
                "templateQuality": quality, "templateQualityTone": qualityTone, "templateAccount": account.orFalse,
                "templateIsPinned": template.isPinned, "templateIsHidden": template.isHidden,
                "templateMayEdit": [.approved, .rejected, .paused].contains(template.status) && isWritable,
                "templateMayCopy": isWritable, "templateHasVariables": !parts.variables.isEmpty,
                "templateMayDelete": template.status != .disabled,
                "templateText": TemplateTextView(TemplateWords.text(parts, [:])), "templateObstacle": parts.obstacle.orFalse,
            ]
        }
    }
}

/// Addresses with a query.
enum TemplateAddress {
    static func query(_ pairs: [(String, String)]) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let parts = pairs.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
