import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("The bell, over HTTP")
struct NotificationPagesTests {
    private let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    @Test("a person sees, opens and reads their own notifications, and nobody else's", arguments: TestEngine.allCases)
    func own(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("Secret words", name: "Rosa Vega"))
        let conversation = try #require(try await hub.list().first)
        let agent = try #require(web.acme.people[.agent])
        let owner = try #require(web.acme.people[.owner])
        let id = try #require(try await hub.notify(agent.account, of: conversation.id))
        let page = "/app/acme/whatsapp/notifications"

        let mine = try await web.call(.get, page, .person(agent))
        #expect(mine.text.contains("Rosa Vega") && mine.text.contains(id.text) && mine.text.contains("Mark all as read"))
        let theirs = try await web.call(.get, page, .person(owner))
        #expect(!theirs.text.contains("Rosa Vega") && theirs.text.contains("Nothing yet"))
        #expect(try await web.call(.get, "\(page)/count", .person(agent)).json["text"]?.text == "1")
        #expect(try await web.call(.get, "\(page)/count", .person(owner)).json["text"]?.text == "0")
        let stolen = try await web.call(.post, "/api/v1/notifications/\(id)/read", .person(owner))
        #expect((stolen.status, stolen.code) == (404, "notification.missing"))
        #expect(try await web.call(.post, "\(page)/\(id)/opening", .person(owner) + form, body: "").status == 404)

        let opened = try await web.call(.post, "\(page)/\(id)/opening", .person(agent) + form, body: "")
        #expect(opened.status == 303)
        #expect(opened.headers[.location] == "/app/acme/whatsapp/\(conversation.id)")
        #expect(try await web.call(.get, "\(page)/count", .person(agent)).json["text"]?.text == "0")
        #expect(try await web.call(.get, "\(page)?state=unread", .person(agent)).text.contains("Nothing is unread"))
        let kept = try await web.call(.get, "/api/v1/notifications", .person(agent))
        #expect(kept.text.contains(id.text) && !kept.text.contains("Secret") && !kept.text.contains("Rosa"))
        #expect(try await web.call(.get, "/api/v1/notifications?state=unread", .person(agent)).text == #"{"data":[],"next":null}"#)
    }

    @Test("whoever may no longer see the conversation sees nothing of it", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("Secret words", name: "Rosa Vega"))
        let conversation = try #require(try await hub.list().first)
        let agent = try #require(web.acme.people[.agent])
        let id = try #require(try await hub.notify(agent.account, of: conversation.id))
        try await web.services.teams.setVisibility(.own, of: .agent, access: hub.access)
        for path in ["/app/acme/whatsapp/notifications", "/app/acme/whatsapp/notifications/count", "/api/v1/notifications"] {
            let answer = try await web.call(.get, path, .person(agent))
            #expect(answer.status == 200)
            for word in ["Rosa", "Secret", id.text, conversation.id.text] { #expect(!answer.text.contains(word), "\(path)") }
        }
        #expect(try await web.call(.post, "/api/v1/notifications/\(id)/read", .person(agent)).status == 404)
        // What can't be seen can be got rid of.
        #expect(try await web.call(.post, "/api/v1/notifications/read", .person(agent)).json["read"] == 1)
    }

    @Test("all are read at once, and rules are kept as they were ticked")
    func readAllAndRules() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        let agent = try #require(web.acme.people[.agent])
        for phone in ["15550199001", "15550199002"] {
            hub.clock.advance(by: 1)
            try await hub.receive(hub.text("Hello", from: phone))
            _ = try await hub.notify(agent.account, of: try #require(try await hub.list().first).id)
        }
        #expect(try await web.call(.get, "/app/acme/whatsapp/notifications/count", .person(agent)).json["text"]?.text == "2")
        let done = try await web.call(.post, "/app/acme/whatsapp/notifications/read", .person(agent) + form, body: "")
        #expect((done.status, done.headers[.location]) == (303, "/app/acme/whatsapp/notifications"))
        #expect(try await web.call(.get, "/app/acme/whatsapp/notifications/count", .person(agent)).json["text"]?.text == "0")

        let rules = "/app/acme/settings/notifications"
        let saved = try await web.call(
            .post, rules, .person(agent) + form,
            body: "bell=message&bell=failed&bell=nonsense&places=all&push=failed&pushNames=yes&digest=daily&digestHour=7")
        #expect((saved.status, saved.headers[.location]) == (303, "\(rules)?done=saved"))
        let kept = try await web.call(.get, "/api/v1/notification-rules", .person(agent)).json
        #expect(
            kept == [
                "bell": ["message", "failed"], "places": ["all"], "push": ["failed"], "pushNames": true,
                "digest": ["pace": "daily", "hour": 7, "zone": "GMT"],
            ])
        let other = try await web.call(.get, "/api/v1/notification-rules", .person(try #require(web.acme.people[.owner]))).json
        #expect(other["places"] == ["mine", "teams", "unassigned"])
        let page = try await web.call(.get, "\(rules)?done=saved", .person(agent))
        #expect(page.text.contains("Your rules are saved.") && page.text.contains(#"value="failed" checked"#))
        #expect(!page.text.contains(#"value="mention" checked"#))
    }

    @Test(
        "rules that make no sense are refused",
        arguments: [
            (
                #"{"bell": ["everything"], "places": [], "push": [], "pushNames": false, "digest": {"pace": "off", "hour": 9, "zone": "UTC"}}"#,
                422
            ), (#"{"bell": []}"#, 422),
            (
                #"{"bell": [], "places": [], "push": [], "pushNames": false, "digest": {"pace": "off", "hour": 9, "zone": "UTC"}, "more": 1}"#,
                422
            ),
            ("[", 400),
        ])
    func refusals(json: String, status: Int) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.put, "/api/v1/notification-rules", .person(try #require(web.acme.people[.agent])), body: json)
        #expect(answer.status == status, "\(answer.text)")
        #expect(try await web.call(.put, "/api/v1/notification-rules", .key(web.acme.key), body: json).status == 403)
    }

    @Test("a key's and a colleague's stream say nothing of somebody's bell", arguments: TestEngine.allCases)
    func stream(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("Hello"))
        let conversation = try #require(try await hub.list().first)
        let agent = try #require(web.acme.people[.agent])
        let id = try #require(try await hub.notify(agent.account, of: conversation.id))
        #expect(try await web.call(.post, "/api/v1/notifications/\(id)/read", .person(agent)).status == 200)
        // On PostgreSQL an event shows once no older transaction is open anywhere on the server.
        var mine = ""
        while !mine.contains(id.text) { mine = try await web.call(.get, "/api/v1/events", .person(agent)).text }
        #expect(mine.contains("notification.read"))
        for headers in [HTTPFields.key(web.acme.key), .person(try #require(web.acme.people[.owner]))] {
            let theirs = try await web.call(.get, "/api/v1/events", headers)
            #expect(theirs.text.contains("message.received"))
            #expect(!theirs.text.contains("notification."))
        }
    }

    @Test("names and words of others are only text")
    func escaping() throws {
        let html = try PageTemplates().render(NotificationExamples.hostile, with: NotificationsView.template)
        for field in ["name", "preview", "colleague"] { #expect(html.contains("&lt;i&gt;\(field)&amp;"), "\(field)") }
        #expect(!html.contains("<i>"))
    }
}
