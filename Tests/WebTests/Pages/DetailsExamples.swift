import Domain
import Foundation
import Services

@testable import Web

/// What stands beside a thread, with everything and with nothing.
enum DetailsExamples {
    static let all: [(name: String, view: any RenderedView)] = [
        ("conversation-details", full), ("details-files", files), ("details-activity", activity),
        ("conversation-details-page", page(full)), ("conversation-details-empty", page(empty, .dark)),
        ("conversation-details-files", page(files)), ("conversation-details-activity", page(activity, .dark)),
    ]

    static let conversations = [
        PageExamples.conversation(
            0, "María González", "¿Me confirmas el envío de mañana?", secondsAgo: 60, lastInboundAt: PageExamples.now),
        PageExamples.conversation(1, "Javier Pons", "Perfecto", secondsAgo: 120, state: .snoozed),
        PageExamples.conversation(2, "محمد علي", "", secondsAgo: 200_000, kind: .media, state: .closed),
    ]
    private static let conversation = conversations[0]
    private static let names = Dictionary(PageExamples.senders.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
    static let words = ActivityWords(colleagues: PageExamples.colleagues, labels: PageExamples.labels)

    private static let full = view(
        of: conversation, others: Array(conversations.dropFirst().prefix(2)), notes: PageExamples.notes, files: files,
        activity: activity)

    private static let empty = view(
        of: conversations[1], others: [], notes: [],
        files: FilesView(.init(data: [], next: nil), of: conversation.id, in: PageExamples.workspace()),
        activity: ActivityView(.init(data: [], next: nil), words, of: conversation.id, in: PageExamples.workspace()))

    private static func view(
        of conversation: Conversation, others: [Conversation], notes: [ShownNote], files: FilesView, activity: ActivityView
    ) -> ConversationDetailsView {
        ConversationDetailsView(
            conversation, senderNames: names, colleagues: PageExamples.colleagues, labels: PageExamples.labels,
            consent: Consent(marketing: .optedOut, isStopped: true, changedAt: nil), others: others,
            notes: notes,
            files: files, activity: activity, lead: LeadExamples.panel(of: conversation.id, isFull: !others.isEmpty),
            in: PageExamples.workspace())
    }

    private static func page(_ content: any RenderedView, _ theme: PageFrame.Theme = .light) -> ConversationDetailsPageView {
        ConversationDetailsPageView(content, of: conversation, in: PageExamples.workspace(theme))
    }

    static let files = files([
        (.init(kind: .image, caption: "The invoice"), .stored), (.init(kind: .sticker), .stored),
        (.init(kind: .document, filename: "Invoice 2026-11.pdf", mimeType: "application/pdf"), .stored),
        (.init(kind: .audio, voice: true), .pending), (.init(kind: .video), .failed),
        (.init(kind: .image, link: "https://example.com/a"), nil),
    ])

    static func files(_ all: [(MediaContent, MediaFile.State?)]) -> FilesView {
        let files = all.enumerated().map { number, file in
            let id = Identifier<MediaFile>("med_01k0000000000000000000000\(number)")
            let media = file.1.map {
                MediaFile(id: id, state: $0, sha256: nil, byteCount: 312_000, mimeType: file.0.mimeType, filename: file.0.filename)
            }
            return ThreadFile(
                message: PageExamples.message(200 + number, .inbound, .media(file.0), secondsAgo: Double(number) * 3_600), content: file.0,
                media: media)
        }
        return FilesView(Page(data: files, next: "cursor"), of: conversation.id, in: PageExamples.workspace())
    }

    static let activity = ActivityView(
        Page(data: deeds, next: "cursor"), words, of: conversation.id, in: PageExamples.workspace())

    /// One of each kind, by one of each.
    static let deeds: [Activity] = {
        let (ana, kim) = (PageExamples.colleagues.people[0].account.id, PageExamples.colleagues.people[1].account.id)
        let (team, label) = (PageExamples.colleagues.teams[0].id, PageExamples.labels[0].id)
        let done: [(Activity.Deed, Actor)] = [
            (.assigned(Assignment(assignee: kim)), .member(ana)), (.assigned(Assignment(assignee: ana, team: team)), .member(kim)),
            (.assigned(Assignment(assignee: kim)), .member(kim)), (.assigned(.nobody), .system("distribution")),
            (.assigned(Assignment(team: team)), .member(ana)), (.closed, .member(kim)), (.reopened, .member(ana)),
            (.archived, .key(Identifier("key_1"))), (.snoozed(until: PageExamples.now.addingTimeInterval(86_400)), .member(kim)),
            (.snoozeEnded, .system("snooze")), (.labelAdded(label), .member(kim)),
            (.labelRemoved(Identifier("lbl_01k0000000000000000000000z")), .member(kim)), (.aiEnabled, .member(ana)),
            (.aiDisabled, .member(ana)), (.exported, .member(Identifier("acc_01k0000000000000000000000z"))), (.noteDeleted, .member(ana)),
            (.consent(.optOut), .system("intake")), (.consent(.stopAll), .member(ana)), (.consent(.optIn), .member(kim)),
        ]
        return done.enumerated().map { number, done in activity(done.0, done.1.text, number: number) }
    }()

    static func activity(_ deed: Activity.Deed, _ actor: String, number: Int, secondsAgo: Double? = nil) -> Activity {
        Activity(
            id: Identifier("act_01k000000000000000000000\(number + 10)"), conversationID: conversation.id, deed: deed, actor: actor,
            at: PageExamples.now.addingTimeInterval(-(secondsAgo ?? Double(number) * 600)), sequence: Int64(9_000 + number))
    }
}
