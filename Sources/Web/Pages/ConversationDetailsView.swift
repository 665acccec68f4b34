internal import Domain
internal import Foundation
internal import Services

/// What stands beside a thread. Template `conversation-details`.
struct ConversationDetailsView: RenderedView {
    static let template = "conversation-details"
    let names: [String: any Sendable]

    init(
        _ conversation: Conversation, senderNames: [Identifier<Sender>: String], colleagues: ColleagueNames, labels: [Label],
        consent: Consent?, others: [Conversation], notes: [ShownNote], files: FilesView, activity: ActivityView, lead: LeadPanelView,
        in workspace: WorkspaceFrame
    ) {
        let (contact, times) = (conversation.contact, workspace.frame.times)
        let own: [String: any Sendable] = [
            "detailsID": conversation.id.text, "personName": contact.title, "personInitials": Initials.of(contact.title),
            "personHue": Initials.hue(of: contact.id.text), "personFacts": Self.facts(of: contact),
            "personConsent": (consent?.words).orFalse, "personConsentTone": consent?.tone ?? "",
            "personAddress": workspace.grants.contains(.contactsView) ? "\(workspace.base)/contacts/\(contact.id)" : false,
            "conversationFacts": Self.facts(of: conversation, senderNames, colleagues, times),
            "detailsLabels": ChipView.labels(of: conversation, among: labels), "hasDetailsLabels": !conversation.labels.isEmpty,
            "others": others.map { OtherConversationView($0, senderNames, base: workspace.base, times) }, "hasOthers": !others.isEmpty,
            "notes": notes.map { NoteExcerptView($0, base: workspace.base, times) }, "hasNotes": !notes.isEmpty,
        ]
        names = own.with(workspace.frame.names(title: "")).with(files.own).with(activity.own).with(lead.names)
    }

    /// Whatever is known of the person besides what they are called.
    private static func facts(of contact: Contact) -> [DetailView] {
        [
            contact.phoneNumber.map { DetailView("Number", $0.text) }, contact.username.map { DetailView("Username", "@\($0)") },
            contact.businessScopedID.map { DetailView("Id at WhatsApp", $0) },
        ].compactMap(\.self)
    }

    private static func facts(
        of conversation: Conversation, _ senderNames: [Identifier<Sender>: String], _ colleagues: ColleagueNames, _ times: PageTimes
    ) -> [DetailView] {
        [
            senderNames[conversation.senderID].map { DetailView("Came through", $0) },
            DetailView("Assigned to", colleagues.words(for: conversation.assignment) ?? "Nobody"),
            DetailView("Status", state(of: conversation, times)), DetailView("Reply window", window(of: conversation, times)),
            DetailView("Began", conversation.createdAt, times), conversation.last.map { DetailView("Last message", $0.at, times) },
        ].compactMap(\.self)
    }

    static func state(of conversation: Conversation, _ times: PageTimes) -> String {
        switch conversation.state {
        case .open: "Open"
        case .snoozed: conversation.snoozedUntil.map { "Snoozed until \(times.dayAndTime($0))" } ?? "Snoozed"
        case .closed: "Closed"
        case .archived: "Archived"
        }
    }

    private static func window(of conversation: Conversation, _ times: PageTimes) -> String {
        guard let closesAt = conversation.window.closesAt else { return "Closed: the customer hasn't written yet" }
        return conversation.window.isOpen(at: times.now) ? "Open until \(times.dayAndTime(closesAt))" : "Closed"
    }
}

/// The same, or a part of it, as a page by itself for browsers without scripts. Template `conversation-details-page`.
struct ConversationDetailsPageView: RenderedView {
    static let template = "conversation-details-page"
    let names: [String: any Sendable]

    init(_ content: any RenderedView, of conversation: Conversation, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = [
            "backAddress": "\(workspace.base)/whatsapp/\(conversation.id.text)", "contactName": conversation.contact.title,
            "showsDetails": content is ConversationDetailsView, "showsFiles": content is FilesView,
            "showsActivity": content is ActivityView,
        ]
        names = own.with(workspace.names(title: "Details", place: .inbox)).with(content.names)
    }
}

/// A page of the files of a thread. Template `details-files`.
struct FilesView: RenderedView {
    static let template = "details-files"
    let own: [String: any Sendable]
    let names: [String: any Sendable]

    init(_ page: Page<ThreadFile>, of conversation: Identifier<Conversation>, in workspace: WorkspaceFrame) {
        own = [
            "files": page.data.map { FileView($0, base: workspace.base, workspace.frame.times) }, "hasFiles": !page.data.isEmpty,
            "filesMore": page.next.map { "\(workspace.base)/whatsapp/\(conversation.text)/files?before=\($0)" }.orFalse,
        ]
        names = own.with(workspace.frame.names(title: ""))
    }

    /// One file: a picture as such, everything else by its name.
    struct FileView: View {
        let names: [String: any Sendable]

        init(_ file: ThreadFile, base: String, _ times: PageTimes) {
            let media = file.content
            let attachment = AttachmentView(media, file: file.media, base: base).names
            let isStored = file.media?.state == .stored
            let detail = attachment["fileDetail"] as? String ?? ""
            names = attachment.with([
                "fileKey": file.message.id.text, "fileIsPicture": isStored && [.image, .sticker].contains(media.kind),
                "fileIcon": AttachmentView.icon(of: media.form), "fileIsStored": isStored,
                "fileWhen": times.short(file.message.at), "fileNote": detail.isEmpty ? "" : "\(detail) · ",
                "fileWord": AttachmentView.word(of: media.form),
            ])
        }
    }
}

/// A page of what was done with a conversation. Template `details-activity`.
struct ActivityView: RenderedView {
    static let template = "details-activity"
    let own: [String: any Sendable]
    let names: [String: any Sendable]

    init(_ page: Page<Activity>, _ words: ActivityWords, of conversation: Identifier<Conversation>, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        own = [
            "deeds": page.data.map { DeedView($0, words, times) }, "hasDeeds": !page.data.isEmpty,
            "deedsMore": page.next.map { "\(workspace.base)/whatsapp/\(conversation.text)/activity?before=\($0)" }.orFalse,
        ]
        names = own.with(workspace.frame.names(title: ""))
    }

    struct DeedView: View {
        let names: [String: any Sendable]

        init(_ activity: Activity, _ words: ActivityWords, _ times: PageTimes) {
            names = [
                "deedID": activity.id.text, "deedPieces": words.sentence([activity], times).map(SentencePieceView.init),
                "deedTime": times.dayAndTime(activity.at), "deedTimestamp": times.timestamp(activity.at),
                "deedFullTime": times.full(activity.at),
            ]
        }
    }
}

/// Another conversation with the same person.
struct OtherConversationView: View {
    let names: [String: any Sendable]

    init(_ conversation: Conversation, _ senderNames: [Identifier<Sender>: String], base: String, _ times: PageTimes) {
        names = [
            "otherAddress": "\(base)/whatsapp/\(conversation.id.text)",
            "otherSender": senderNames[conversation.senderID] ?? "Another number",
            "otherState": ConversationDetailsView.state(of: conversation, times),
            "otherTime": times.short(conversation.last?.at ?? conversation.createdAt),
            "otherPreview": conversation.last.map(ConversationRowView.preview) ?? "No message yet",
        ]
    }
}

/// The beginning of a note, which leads to its place in the thread.
struct NoteExcerptView: View {
    let names: [String: any Sendable]

    init(_ shown: ShownNote, base: String, _ times: PageTimes) {
        let note = shown.note
        names = [
            "excerptID": note.id.text,
            "excerptAddress": "\(base)/whatsapp/\(note.conversationID.text)?at=\(note.id.text)#m-\(note.id.text)",
            "excerptWriter": shown.writer ?? MessageView.someWriter, "excerptText": MessageMarkup.line(note.text),
            "excerptTime": times.short(note.at), "excerptTimestamp": times.timestamp(note.at), "excerptFullTime": times.full(note.at),
        ]
    }
}
