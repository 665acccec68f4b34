import Domain
import Foundation
import Services

@testable import Web

/// The pages beside the inbox on which one text stands wherever others chose it.
extension HostileExamples {
    var details: MessageDetailsView {
        let fault = MessageError(code: text("code"), detail: text("error"), advice: text("error"), retryable: true)
        let history = MessageHistory(
            message: PageExamples.message(1, .outbound, .text(TextContent(body: text("text"))), .failed, error: fault),
            attempts: [MessageDetailsExamples.attempt(1, .failed, error: fault, participant: text("participant"))], keyName: text("key"))
        return MessageDetailsView(
            history, contactName: text("name"), writers: ["member:acc_1": text("colleague")], times: PageExamples.times,
            frame: PageExamples.frame())
    }

    /// What stands beside a thread.
    var beside: ConversationDetailsPageView {
        let workspace = PageExamples.workspace()
        let files = DetailsExamples.files([
            (.init(kind: .image, caption: text("caption")), .stored), (.init(kind: .document, filename: text("file")), .stored),
            (.init(kind: .document, filename: text("file")), .pending),
        ])
        let view = ConversationDetailsView(
            conversation, senderNames: [conversation.senderID: text("sender")], colleagues: colleagues, labels: labels,
            consent: nil, others: [conversation], notes: [note], files: files,
            activity: ActivityView(Page(data: activities, next: nil), words, of: conversation.id, in: workspace),
            lead: LeadExamples.panel(of: conversation.id), in: workspace)
        return ConversationDetailsPageView(view, of: conversation, in: workspace)
    }

    /// One line of the thread about all that a colleague did.
    var activity: ShownActivity {
        var line = ShownActivity(activities[0], words)
        for one in activities.dropFirst() where !line.take(one) { preconditionFailure("one line") }
        return line
    }

    private var words: ActivityWords { ActivityWords(colleagues: colleagues, labels: labels) }

    private var activities: [Activity] {
        let person = colleagues.people[0].account.id
        let deeds: [Activity.Deed] = [
            .assigned(Assignment(assignee: person, team: colleagues.teams[0].id)), .labelAdded(labels[0].id), .labelRemoved(labels[0].id),
        ]
        return deeds.map { DetailsExamples.activity($0, Actor.member(person).text, number: 1) }
    }

    var queue: QueueStateView {
        let message = PageExamples.message(1, .outbound, .text(TextContent(body: text("text"))), .queued)
        let later = PageExamples.message(3, .outbound, .text(TextContent(body: text("text"))), .scheduled, secondsAgo: -7_200)
        let unknown = PageExamples.message(2, .outbound, .text(TextContent(body: text("text"))), .unknown)
        func queued(_ message: Message) -> QueuedMessage {
            QueuedMessage(message: message, contact: contact, lane: .reply, departure: nil, decideAt: PageExamples.now)
        }
        return QueueStateView(
            QueueExamples.overview, waiting: Page(data: [queued(message), queued(later)], next: nil), unknown: [queued(unknown)],
            after: nil,
            pausedBy: text("colleague"), in: PageExamples.workspace())
    }

    var found: SearchView {
        let message = PageExamples.message(1, .inbound, .text(TextContent(body: text("text"))))
        return SearchView(
            SearchExamples.query(["text": text("words")]),
            .init(
                messages: SearchExamples.answer([.init(message: message, conversation: conversation)], ["zzz"]),
                contacts: SearchExamples.answer([[conversation]], ["zzz"])), nil,
            SearchExamples.names(text("sender"), text("colleague")), in: PageExamples.workspace())
    }

    var told: NotificationListView {
        let kim = Identifier<Account>("acc_01k00000000000000000000002")
        let notification = PersonalNotification(
            id: Identifier("ntf_01k00000000000000000000001"), kind: .mention, topic: .conversation(conversation.id), subjectID: nil,
            actor: kim,
            count: 1, at: PageExamples.now, readAt: nil)
        return NotificationListView(
            Page(data: [notification], next: nil),
            .init(conversations: [conversation.id: conversation], senders: [:], colleagues: [kim: text("colleague")]), isUnread: false,
            isFirst: true,
            in: PageExamples.workspace())
    }

    var presence: PresenceView {
        let member = PageExamples.colleague(2, text("colleague"), .agent)
        return PresenceView(
            [Presence(account: member.account.id, activity: .writing)], members: [member], in: PageExamples.workspace())
    }

    var labelsPage: LabelsView { LabelsView(labels, draft: nil, notice: nil, in: PageExamples.workspace()) }

    var quickReplies: QuickRepliesView {
        // Braces would be places.
        let reply = (try? QuickReplyText(parsing: text("quick reply").filter { !"{}".contains($0) })).map {
            QuickReply(
                id: Identifier("qrp_01k00000000000000000000001"), shortcut: PageExamples.quickReplies[0].shortcut, text: $0,
                createdAt: PageExamples.now)
        }
        return QuickRepliesView(
            [reply ?? PageExamples.quickReplies[0]], part: text("words"),
            draft: .init(id: nil, shortcut: text("shortcut"), text: text("quick reply"), problem: .shortcutMalformed), notice: nil,
            in: PageExamples.workspace())
    }

    var sendersPage: SendersView {
        SendersView(
            [PageExamples.sender(1, text("sender"), .tokenRefused, saying: text("error"))], queues: [:], notice: nil,
            in: PageExamples.workspace())
    }

    var profilePage: ProfileView {
        let profile = SenderProfile(
            senderID: PageExamples.senders[0].id,
            profile: BusinessProfile(
                about: text("about"), description: text("description"), address: text("address"), category: text("category"),
                websites: [text("website"), text("website")], email: text("mail"), otherEmails: [text("mail")]),
            name: DisplayName(
                text: text("name"), standing: .approved, newStanding: .declined, requested: text("name"), requestedAt: PageExamples.now),
            fetchedAt: PageExamples.now, failure: .init(text("error"), at: PageExamples.now))
        var form = ProfileView.Form(profile.profile)
        form.name = text("name")
        form.problems = [.refused(.about, text("error")), .refused(.displayName, text("error"))]
        return ProfileView(
            PageExamples.sender(1, text("sender")), profile, form, notice: PageNotice(text("error")), in: PageExamples.workspace())
    }

    private var contact: Contact {
        Contact(
            id: Identifier("con_01k00000000000000000000000"), name: text("name"), phoneNumber: nil, username: text("username"),
            businessScopedID: nil)
    }

    private var conversation: Conversation {
        Conversation(
            id: PageExamples.conversationID(0), workspaceID: PageExamples.connection.workspaceID, senderID: PageExamples.senders[0].id,
            contact: contact, state: .open, assignment: .nobody, unread: 1,
            last: .init(
                id: PageExamples.messageID(1), kind: .text, direction: .inbound, status: .received, preview: text("preview"),
                at: PageExamples.now), lastInboundAt: PageExamples.now, createdAt: PageExamples.now)
    }
}
