import Domain
import Foundation
import HTTPTypes
import NIOCore
import Services
import TestSupport
import Testing

@testable import Web

@Suite("What was done, and the details beside a thread")
struct DetailsTests {
    private static let page: HTTPFields = [.accept: "text/html"]

    private func sentence(_ activities: [Activity]) -> String {
        DetailsExamples.words.sentence(activities, PageExamples.times).map { piece in
            switch piece {
            case .words(let text), .name(let text): text
            }
        }.joined()
    }

    @Test("each deed is a plain sentence; who is gone is said to be")
    func sentences() {
        #expect(
            DetailsExamples.deeds.map { sentence([$0]) } == [
                "You assigned this to Kim Lee", "Kim Lee assigned this to you and the team Sales", "Kim Lee assigned this to themselves",
                "Switchboard took this off everybody", "You assigned this to the team Sales", "Kim Lee closed this", "You reopened this",
                "A program archived this", "Kim Lee snoozed this until tomorrow 10:42", "Came back by itself",
                "Kim Lee added the label \(PageExamples.labels[0].name)", "Kim Lee took off a label that is gone",
                "You let the AI answer here", "You kept the AI from answering here", "Somebody who left exported this as a file",
                "You deleted a note", "Switchboard noted that the customer wants no marketing",
                "You noted that the customer wants no more messages", "Kim Lee noted that the customer wants to hear from you",
            ])
    }

    private static let kim = Actor.member(PageExamples.colleagues.people[1].account.id).text

    @Test("what one person does in a short time is one line")
    func lines() {
        func line(_ secondsAgo: [Double], _ actors: [String]? = nil) -> [[Double]] {
            var lines: [ShownActivity] = []
            for (number, seconds) in secondsAgo.enumerated() {
                let activity = DetailsExamples.activity(.closed, actors?[number] ?? Self.kim, number: number, secondsAgo: seconds)
                if var last = lines.last, last.take(activity) {
                    lines[lines.count - 1] = last
                } else {
                    lines.append(ShownActivity(activity, DetailsExamples.words))
                }
            }
            return lines.map { $0.activities.map { -$0.at.timeIntervalSince(PageExamples.now) } }
        }
        #expect(line([600, 500, 400]) == [[600, 500, 400]])
        // From the first to the last, not from one to the next.
        #expect(line([900, 700, 500, 300]) == [[900, 700], [500, 300]])
        #expect(line([30, 20, 10], [Self.kim, "key:key_1", Self.kim]) == [[30], [20], [10]])
        #expect(line(Array(repeating: 1, count: 8)).map(\.count) == [6, 2])
        let done: [Activity.Deed] = [.reopened, .labelAdded(PageExamples.labels[0].id), .closed]
        #expect(
            sentence(done.map { DetailsExamples.activity($0, Self.kim, number: 0) })
                == "Kim Lee reopened this, added the label \(PageExamples.labels[0].name) and closed this")
    }

    @Test("hostile names and words are only words")
    func escaping() throws {
        let attack = "\"'><i>x"
        let colleagues = ColleagueNames(
            people: [PageExamples.colleague(2, attack, .agent)],
            teams: [
                try Team(
                    id: Identifier("tem_01k00000000000000000000001"), workspaceID: PageExamples.connection.workspaceID, name: attack,
                    members: [],
                    createdAt: PageExamples.now)
            ], me: nil)
        let labels = [
            try Label(id: Identifier("lbl_01k00000000000000000000001"), name: attack, color: .red, createdAt: PageExamples.now)
        ]
        let words = ActivityWords(colleagues: colleagues, labels: labels)
        let (person, team) = (colleagues.people[0].account.id, colleagues.teams[0].id)
        let deeds = [.assigned(Assignment(assignee: person, team: team)), .labelAdded(labels[0].id)].map { (deed: Activity.Deed) in
            DetailsExamples.activity(deed, Actor.member(person).text, number: 1)
        }
        let workspace = PageExamples.workspace()
        let example = DetailsExamples.conversations[0]
        let conversation = Conversation(
            id: example.id, workspaceID: example.workspaceID, senderID: example.senderID,
            contact: Contact(
                id: example.contact.id, name: attack, phoneNumber: nil, username: attack, businessScopedID: attack),
            state: .open, assignment: Assignment(assignee: person, team: team), labels: [labels[0].id], unread: 0,
            last: .init(
                id: PageExamples.messageID(1), kind: .text, direction: .inbound, status: .received, preview: attack, at: PageExamples.now),
            lastInboundAt: nil, createdAt: PageExamples.now)
        let files = DetailsExamples.files([
            (.init(kind: .image, caption: attack), .stored), (.init(kind: .document, filename: attack, mimeType: attack), .stored),
            (.init(kind: .document, filename: attack), .pending),
        ])
        let note = try Note(
            id: Identifier("nte_01k00000000000000000000001"), conversationID: conversation.id, author: "x", text: attack, mentions: [],
            at: PageExamples.now, sequence: 1)
        let details = ConversationDetailsView(
            conversation, senderNames: [conversation.senderID: attack], colleagues: colleagues, labels: labels, consent: nil,
            others: [conversation],
            notes: [ShownNote(note, writer: attack, callable: [attack])], files: files,
            activity: ActivityView(Page(data: deeds, next: nil), words, of: conversation.id, in: workspace),
            lead: LeadExamples.panel(of: conversation.id, name: attack), in: workspace)
        var line = ShownActivity(deeds[0], words)
        let isOneLine = line.take(deeds[1])
        #expect(isOneLine)
        let messages = MessagesView(
            [.activity(line)], conversation: conversation.id, place: PageExamples.place, unread: 0, older: nil, frame: workspace.frame)
        let html =
            try PageTemplates().render(ConversationDetailsPageView(details, of: conversation, in: workspace))
            + PageTemplates().render(
                ThreadView(
                    conversation, senderName: "Shop", colleagues: colleagues, labels: labels, messages: messages, listQuery: "",
                    in: workspace,
                    freshClientID: "x"))
        #expect(!html.contains("<i>"))
        #expect(html.ranges(of: "&lt;i&gt;x").count >= 20)
        #expect(html.contains("<bdi>&quot;&#39;&gt;&lt;i&gt;x</bdi>"))
    }

    // MARK: Over HTTP

    private func scene() async throws -> (web: TestWeb, owner: TestWeb.Person, conversation: Identifier<Conversation>) {
        let web = try await TestWeb()
        try await web.acme.hub.receive(web.acme.hub.text("Hello", businessScopedID: "US.1"))
        return (web, try #require(web.acme.people[.owner]), try #require(try await web.acme.hub.list().first).id)
    }

    @Test("what is done shows in the thread, on the page of details and in the API, and the stream says that it came")
    func activity() async throws {
        let (web, owner, conversation) = try await scene()
        let headers = HTTPFields.person(owner)
        let form = headers + [.contentType: "application/x-www-form-urlencoded"]
        let agent = try #require(web.acme.people[.agent]).account
        let address = "/app/acme/whatsapp/\(conversation)"
        _ = try await web.call(.post, "\(address)/assignment", form, body: "assignee=\(agent)&team=")
        _ = try await web.call(.post, "\(address)/closure", form, body: "change=close")
        let line = "You assigned this to <bdi>agent</bdi> and closed this"
        for part in ["", "?part=thread", "/messages"] {
            let page = try await web.call(.get, address + part, headers + Self.page)
            #expect(page.text.ranges(of: line).count == 1, "\(part)")
        }
        let details = try await web.call(.get, "\(address)/details", headers)
        #expect(details.text.contains("You assigned this to <bdi>agent</bdi></span>") && details.text.contains("You closed this</span>"))
        #expect(details.text.contains("US.1") && details.text.contains("Closed") && !details.text.contains("<html"))
        let page = try await web.call(.get, "\(address)/details", headers + Self.page)
        #expect(page.text.contains("<html") && page.text.contains("You closed this"))
        let answer = try await web.call(.get, "/api/v1/conversations/\(conversation)/activity?limit=1", .key(web.acme.key))
        #expect(answer.json["data"]?[0]?["kind"]?.text == "closed" && answer.json["data"]?[0]?["actor"]?.text == "member:\(owner.account)")
        let next = try #require(answer.json["next"]?.text)
        let rest = try await web.call(.get, "/api/v1/conversations/\(conversation)/activity?before=\(next)", .key(web.acme.key))
        #expect(rest.json["data"]?[0]?["kind"]?.text == "assigned" && rest.json["data"]?[0]?["assignee"]?.text == agent.text)
        #expect(rest.json["next"]?.text == nil)
        let changes = try await web.acme.hub.allEvents().filter { $0.conversationID == conversation }
        let frame = String(buffer: try LiveFrames.Frame.changes(changes).bytes)
        #expect(frame.ranges(of: #""isActivity":true"#).count == 2)
    }

    @Test("lists go on where they ended, and refuse what is no place in them")
    func pages() async throws {
        let (web, owner, conversation) = try await scene()
        let hub = web.acme.hub
        for number in 1...20 {
            hub.clock.advance(by: 1)
            // What the customer sends opens it again.
            try await hub.conversations.change(conversation, .close, access: hub.access)
            let file = MediaContent(kind: .document, filename: "file-\(number).pdf", providerMediaID: "media-\(number)")
            try await hub.receive(hub.message(.media(file)))
        }
        let address = "/app/acme/whatsapp/\(conversation)"
        let headers = HTTPFields.person(owner)
        for (part, rows) in [("files", 20), ("activity", 20)] {
            var (found, next): (Int, String?) = (0, "\(address)/details")
            while let path = next {
                let answer = try await web.call(.get, path, headers)
                #expect(answer.status == 200)
                found += answer.text.ranges(of: try Regex(part == "files" ? "data-key=\"msg_" : "data-key=\"act_")).count
                let more = try Regex("href=\"([^\"]*/\(part)\\?before=[^\"]*)\"", as: (Substring, Substring).self)
                next = answer.text.firstMatch(of: more).map { String($0.1) }
            }
            #expect(found == rows, "\(part)")
            let wrong = try await web.call(.get, "\(address)/\(part)?before=nonsense", headers)
            #expect(wrong.status == 422)
        }
        for part in ["files", "activity", "others"] {
            let place = part == "others" ? "after" : "before"
            let path = "/api/v1/conversations/\(conversation)/\(part)"
            #expect(try await web.call(.get, "\(path)?\(place)=nonsense", .key(web.acme.key)).code == "page.cursor-malformed")
            #expect(try await web.call(.get, "\(path)?limit=0", .key(web.acme.key)).code == "page.limit-out-of-range")
            #expect(try await web.call(.get, path, .key(web.acme.key)).status == 200)
        }
    }

    @Test("a note leads to its place in the thread, however far back; one that is gone leads to the end")
    func places() async throws {
        let (web, owner, conversation) = try await scene()
        let hub = web.acme.hub
        let note = try await web.services.notes.create("Long ago", in: conversation, access: hub.access)
        for number in 1...60 {
            hub.clock.advance(by: 1)
            try await hub.receive(hub.text("text \(number)"))
        }
        let headers = HTTPFields.person(owner)
        let details = try await web.call(.get, "/app/acme/whatsapp/\(conversation)/details", headers)
        let address = "/app/acme/whatsapp/\(conversation)?at=\(note.id)"
        #expect(details.text.contains("href=\"\(address)#m-\(note.id)\""))
        let page = try await web.call(.get, address, headers + Self.page)
        #expect(page.text.contains("id=\"m-\(note.id)\"") && page.text.contains("class=\"newer\""))
        #expect(!(try await web.call(.get, "/app/acme/whatsapp/\(conversation)", headers + Self.page)).text.contains("id=\"m-\(note.id)\""))
        try await web.services.notes.delete(note.id, in: conversation, access: hub.access)
        let end = try await web.call(.get, address, headers + Self.page)
        #expect(end.status == 200 && end.text.contains("text 60"))
    }

    @Test("the column is there from the beginning for who wants it")
    func column() async throws {
        let (web, owner, conversation) = try await scene()
        let headers = HTTPFields.person(owner)
        func place(_ cookie: String) async throws -> Bool {
            let cookies = [headers[.cookie] ?? "", cookie].joined(separator: "; ")
            let page = try await web.call(.get, "/app/acme/whatsapp/\(conversation)", headers + Self.page + [.cookie: cookies])
            return page.text.contains("data-details=\"column\"")
        }
        #expect(try await place("details=column"))
        #expect(try await !place("details=closed"))
        #expect(try await !place("details=\"><i>"))
    }
}

extension JSONValue {
    fileprivate subscript(index: Int) -> JSONValue? {
        if case .array(let elements) = self, index < elements.count { elements[index] } else { nil }
    }
}
