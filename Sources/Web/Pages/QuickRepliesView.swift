internal import Domain
internal import Foundation

/// The quick replies of the workspace. Template `quick-replies`.
struct QuickRepliesView: RenderedView {
    static let template = "quick-replies"
    let names: [String: any Sendable]

    /// A quick reply as it was filled in, new without an id.
    struct Draft: Sendable {
        let id: Identifier<QuickReply>?
        let shortcut, text: String
        var problem: QuickReplyProblem?

        init(id: Identifier<QuickReply>?, shortcut: String = "", text: String = "", problem: QuickReplyProblem? = nil) {
            (self.id, self.shortcut, self.text, self.problem) = (id, shortcut, text, problem)
        }

        init(id: Identifier<QuickReply>?, _ form: FormFields) throws {
            // Browsers send line ends as two characters; a message has one.
            let text = try form.require("text").replacing("\r\n", with: "\n")
            self.init(id: id, shortcut: try form.require("shortcut"), text: text)
        }
    }

    /// - Parameter part: what was sought.
    init(_ replies: [QuickReply], part: String, draft: Draft?, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let mayChange = workspace.grants.contains(.quickRepliesManage)
        names = workspace.names(title: "Quick replies", place: .settings, notice: notice).with([
            "quickReplies": replies.map { ReplyView($0, draft?.id == $0.id ? draft : nil, mayChange: mayChange) },
            "newQuickReply": mayChange
                ? [ReplyView(nil, draft?.id == nil ? draft : nil, mayChange: true, isOpen: replies.isEmpty)] : [ReplyView](),
            "hasNoQuickReplies": replies.isEmpty && part.isEmpty, "findsNoQuickReplies": replies.isEmpty && !part.isEmpty,
            "mayAddQuickReplies": mayChange, "soughtPart": part, "isSought": !part.isEmpty,
            "placeholders": QuickReplyText.Placeholder.allCases.map { PlaceholderView($0) },
        ]).with(SettingsTab.quickReplies.names)
    }

    struct ReplyView: View {
        let names: [String: any Sendable]

        /// - Parameter refused: what was filled in instead of what the quick reply is.
        init(_ reply: QuickReply?, _ refused: Draft?, mayChange: Bool, isOpen: Bool = false) {
            let shown = refused ?? Draft(id: reply?.id, shortcut: reply?.shortcut.text ?? "", text: reply?.text.source ?? "")
            let field = refused?.problem?.field
            names = [
                "replyID": (reply?.id.text).orFalse, "replyKey": reply?.id.text ?? "new", "replyTitle": reply?.shortcut.text ?? "",
                "replyPreview": reply.map { FilledQuickReplyBody.preview($0.text.source) } ?? "", "replyShortcut": shown.shortcut,
                "replyText": shown.text, "replyIsOpen": isOpen || refused != nil, "replyMayChange": mayChange,
                "replyTextLimit": String(TextContent.bodyLimit), "replyShortcutLimit": String(Shortcut.limit),
                "shortcutError": (field == "text" ? nil : refused?.problem?.detail).orFalse,
                "textError": (field == "text" ? refused?.problem?.detail : nil).orFalse,
            ]
        }
    }

    struct PlaceholderView: View {
        let names: [String: any Sendable]

        init(_ placeholder: QuickReplyText.Placeholder) {
            let words =
                switch placeholder {
                case .contactName: "the customer's name"
                case .contactFirstName: "the first word of it"
                case .contactNumber: "the customer's number"
                case .agentName: "the name of whoever writes"
                case .agentFirstName: "the first word of it"
                case .workspaceName: "the name of this workspace"
                }
            names = ["placeholderName": "{\(placeholder.rawValue)}", "placeholderWords": words]
        }
    }
}
