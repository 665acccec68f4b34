import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("The API's description")
struct OpenAPITests {
    @Test("it has exactly the routes of the API and of health")
    func routes() async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.get, "/api/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.json["openapi"]?.text == "3.1.0")
        guard case .object(let paths) = answer.json["paths"] else {
            Issue.record("No paths")
            return
        }
        let described = Set(paths.flatMap { path, operations in members(operations).keys.map { "\($0.uppercased()) \(path)" } })
        let declared = web.table.declarations.filter { $0.area == .api || ["/healthz", "/readyz", "/metrics"].contains($0.path) }
        #expect(described == Set(declared.map { "\($0.method.rawValue) \($0.path)" }))
        let ids = web.table.declarations.compactMap(\.operation?.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test("every reference leads somewhere, and every path parameter is described")
    func references() async throws {
        let web = try await TestWeb()
        let schemas = members(try #require(web.openAPI["components"]?["schemas"]))
        var found = 0
        func walk(_ value: JSONValue) {
            switch value {
            case .object(let object):
                if let reference = object["$ref"]?.text {
                    found += 1
                    #expect(schemas[String(reference.dropFirst("#/components/schemas/".count))] != nil, "\(reference)")
                }
                object.values.forEach(walk)
            case .array(let elements): elements.forEach(walk)
            default: break
            }
        }
        walk(web.openAPI)
        #expect(found > 30)
        for declaration in web.table.declarations where declaration.operation != nil {
            let operation = try #require(web.openAPI["paths"]?[declaration.path]?[declaration.method.rawValue.lowercased()])
            let names = declaration.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            var described: [String] = []
            if case .array(let parameters) = operation["parameters"] {
                described = parameters.filter { $0["in"]?.text == "path" }.compactMap { $0["name"]?.text }
            }
            #expect(described == names, "\(declaration.path)")
        }
    }

    @Test("every example fits its schema")
    func examples() async throws {
        let web = try await TestWeb()
        let schemas = members(try #require(web.openAPI["components"]?["schemas"]))
        #expect(schemas.count >= 15)
        for (name, schema) in schemas {
            guard case .array(let examples) = schema["examples"], let example = examples.first else {
                Issue.record("\(name) has no example")
                continue
            }
            #expect(SchemaCheck(schemas: schemas).faults(of: example, against: schema) == [], "\(name)")
        }
    }

    @Test("what the API answers fits what it says it answers")
    func answers() async throws {
        let web = try await TestWeb()
        let schemas = members(try #require(web.openAPI["components"]?["schemas"]))
        let hub = web.acme.hub
        try await hub.receive(hub.text("hello", businessScopedID: "US.1"))
        try await hub.receive(hub.text("for nobody"), senderProviderID: "999")
        try await hub.receive(hub.message(.media(MediaContent(kind: .image, caption: "Look", providerMediaID: "1"))))
        let conversation = try #require(try await hub.list().first)
        let until = hub.clock.now.addingTimeInterval(3_600)
        for change in [ConversationChange.assign(Assignment(team: nil)), .snooze(until: until), .reopen] {
            try await hub.conversations.change(conversation.id, change, access: hub.access)
        }
        let message =
            #"{"sender": "\#(hub.sender.id)", "to": {"contact": "\#(conversation.contact.id)"}, "text": {"body": "hi", "previewUrl": true}}"#
        let sent = try await web.call(.post, "/api/v1/messages", .key(web.acme.key), body: message)
        let id = try #require(sent.json["id"]?.text)
        let owner = try #require(web.acme.people[.owner]).account
        let notification = try #require(try await hub.notify(owner, of: conversation.id))
        let delivery = try await web.told(of: Identifier(id), in: hub)
        let reception = "/api/v1/senders/{sender}/reception"
        let (subscription, subscribed) = ("/api/v1/senders/{sender}/subscription", "/api/v1/senders/\(hub.sender.id)/subscription")
        let (webhook, receipts) = ("/api/v1/senders/{sender}/receipts-webhook", "/api/v1/senders/\(hub.sender.id)/receipts-webhook")
        _ = try await web.services.profiles.setPicture(FakeProfiles.png(192, 192), of: hub.sender.id, access: hub.access)
        let (profiles, profile) = ("/api/v1/senders/{sender}/profile", "/api/v1/senders/\(hub.sender.id)/profile")
        let (signups, signup) = ("/api/v1/sign-ups/{signup}", "/api/v1/sign-ups/\(try await web.signUp(in: hub))")
        let calls: [(HTTPRequest.Method, String, String, String?)] = [
            (.get, "/api/v1/sign-ups", "/api/v1/sign-ups", nil), (.get, signups, signup, nil),
            (.post, "\(signups)/window-end", "\(signup)/window-end", #"{"event": "CANCEL", "currentStep": "PERMISSIONS"}"#),
            (
                .post, "/api/v1/sign-ups", "/api/v1/sign-ups",
                #"{"phoneNumber": "+40721000001", "displayName": "Two", "price": 0, "accepts": [{"document": "whatsapp", "version": "1"}]}"#
            ),
            (.get, profiles, profile, nil), (.post, "\(profiles)/refresh", "\(profile)/refresh", nil),
            (.patch, profiles, profile, #"{"about": "Coffee", "emails": ["a@b.example"], "phones": ["+34600111222"]}"#),
            (.put, "\(profiles)/display-name", "\(profile)/display-name", #"{"displayName": "Acme Two"}"#),
            (.delete, "\(profiles)/picture", "\(profile)/picture", nil), (.delete, "\(profiles)/banner", "\(profile)/banner", nil),
            (.get, "/api/v1/conversations", "/api/v1/conversations", nil),
            (.post, "/api/v1/conversations", "/api/v1/conversations", #"{"sender": "\#(hub.sender.id)", "to": "+34600111222"}"#),
            (.get, "/api/v1/conversations/{conversation}", "/api/v1/conversations/\(conversation.id)", nil),
            (.get, "/api/v1/conversations/{conversation}/messages", "/api/v1/conversations/\(conversation.id)/messages", nil),
            (.get, "/api/v1/conversations/{conversation}/activity", "/api/v1/conversations/\(conversation.id)/activity", nil),
            (.get, "/api/v1/conversations/{conversation}/files", "/api/v1/conversations/\(conversation.id)/files", nil),
            (.post, "/api/v1/messages", "/api/v1/messages", message),
            (.get, "/api/v1/messages/{message}", "/api/v1/messages/\(id)", nil),
            (.get, "/api/v1/senders", "/api/v1/senders", nil),
            (.get, "/api/v1/senders/{sender}", "/api/v1/senders/\(hub.sender.id)", nil),
            (.patch, "/api/v1/senders/{sender}", "/api/v1/senders/\(hub.sender.id)", #"{"readReceipts": "never"}"#),
            (.get, "/api/v1/senders/{sender}/health", "/api/v1/senders/\(hub.sender.id)/health", nil),
            (.get, "/api/v1/senders/{sender}/usage", "/api/v1/senders/\(hub.sender.id)/usage", nil),
            (.get, "/api/v1/senders/{sender}/history", "/api/v1/senders/\(hub.sender.id)/history", nil),
            (.get, reception, "/api/v1/senders/\(hub.sender.id)/reception", nil),
            (.put, reception, "/api/v1/senders/\(hub.sender.id)/reception", RouteWalkTests.reception),
            (.post, "\(reception)/intake", "/api/v1/senders/\(hub.sender.id)/reception/intake", nil),
            (.get, "/api/v1/senders/{sender}/queue", "/api/v1/senders/\(hub.sender.id)/queue", nil),
            (.get, "/api/v1/senders/{sender}/queue/messages", "/api/v1/senders/\(hub.sender.id)/queue/messages", nil),
            (.post, "/api/v1/senders/{sender}/queue/pause", "/api/v1/senders/\(hub.sender.id)/queue/pause", nil),
            (.post, "/api/v1/senders/{sender}/queue/retry", "/api/v1/senders/\(hub.sender.id)/queue/retry", "{}"),
            (.post, "/api/v1/senders/{sender}/queue/clear", "/api/v1/senders/\(hub.sender.id)/queue/clear", "{}"),
            (.post, "/api/v1/senders/{sender}/queue/resume", "/api/v1/senders/\(hub.sender.id)/queue/resume", nil),
            (.get, "/api/v1/connections", "/api/v1/connections", nil),
            (.patch, "/api/v1/connections/{connection}", "/api/v1/connections/\(hub.connection.id)", #"{"accessToken": "fresh"}"#),
            (.post, "/api/v1/connections/{connection}/check", "/api/v1/connections/\(hub.connection.id)/check", nil),
            (.get, "/api/v1/connections/{connection}", "/api/v1/connections/\(hub.connection.id)", nil),
            (.post, "/api/v1/connections/{connection}/repair", "/api/v1/connections/\(hub.connection.id)/repair", nil),
            (.get, "/api/v1/numbers", "/api/v1/numbers?removed=false", nil),
            (.get, "/api/v1/events", "/api/v1/events", nil),
            (.get, "/api/v1/keys", "/api/v1/keys", nil),
            (.post, "/api/v1/keys", "/api/v1/keys", #"{"name": "x", "scopes": ["read"]}"#),
            (.get, "/api/v1/members", "/api/v1/members", nil),
            (.post, "/api/v1/members", "/api/v1/members", #"{"email": "n@acme.example", "name": "N", "role": "agent"}"#),
            (.get, "/api/v1/sessions", "/api/v1/sessions", nil),
            (.get, "/api/v1/notifications", "/api/v1/notifications", nil),
            (.post, "/api/v1/notifications/{notification}/read", "/api/v1/notifications/\(notification)/read", nil),
            (.post, "/api/v1/notifications/read", "/api/v1/notifications/read", nil),
            (.get, "/api/v1/notification-rules", "/api/v1/notification-rules", nil),
            (
                .put, "/api/v1/notification-rules", "/api/v1/notification-rules",
                #"{"bell": ["failed"], "places": ["all"], "push": [], "pushNames": true, "digest": {"pace": "soon", "hour": 9, "zone": "UTC"}}"#
            ),
            (
                .post, "/api/v1/push-subscriptions", "/api/v1/push-subscriptions",
                #"{"endpoint": "https://push.example.com/x", "expirationTime": null, "keys": {"p256dh": "\#(TestWeb.browserKey)", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}"#
            ),
            (
                .put, "/api/v1/mail-settings", "/api/v1/mail-settings",
                #"{"host": "smtp.example.com", "port": 587, "security": "startTLS", "user": "a", "password": "b", "sender": "a@example.com"}"#
            ),
            (.get, "/api/v1/mail-settings", "/api/v1/mail-settings", nil),
            (.post, "\(webhook)/test", "\(receipts)/test", #"{"address": "https://example.com/receipts"}"#),
            (.put, webhook, receipts, #"{"address": "https://example.com/receipts"}"#), (.get, webhook, receipts, nil),
            (.post, "\(webhook)/secret", "\(receipts)/secret", nil), (.get, "\(webhook)/deliveries", "\(receipts)/deliveries", nil),
            (.get, "\(webhook)/deliveries/{delivery}", "\(receipts)/deliveries/\(delivery)", nil),
            (.post, "\(webhook)/deliveries/{delivery}/redelivery", "\(receipts)/deliveries/\(delivery)/redelivery", nil),
            (.post, "\(webhook)/redelivery", "\(receipts)/redelivery", nil),
            (.patch, "/api/v1/credits/prices", "/api/v1/credits/prices", #"{"meta": 10}"#),
            (
                .put, "/api/v1/message-prices", "/api/v1/message-prices",
                #"{"category": "marketing", "region": "IT", "from": "2026-10-01", "amount": "0.05", "currency": "EUR"}"#
            ),
            (.get, "/api/v1/message-prices", "/api/v1/message-prices", nil),
            (
                .post, "/api/v1/message-prices/import", "/api/v1/message-prices/import?currency=EUR&from=2026-10-01",
                "country,marketing\nItaly,0.05\nAtlantis,1\n"
            ),
            (.get, "/api/v1/credits/prices", "/api/v1/credits/prices", nil),
            (.post, "/api/v1/credits/top-ups", "/api/v1/credits/top-ups", #"{"amount": 25, "note": "Invoice", "key": "1"}"#),
            (
                .put, "/api/v1/terms", "/api/v1/terms",
                #"{"document": "privacy", "address": "https://example.com/privacy", "version": "2"}"#
            ),
            (.get, "/api/v1/terms", "/api/v1/terms", nil), (.get, "/api/v1/subscriptions", "/api/v1/subscriptions", nil),
            (.get, subscription, subscribed, nil), (.post, "\(subscription)/deactivation", "\(subscribed)/deactivation", nil),
            (
                .post, "\(subscription)/activation", "\(subscribed)/activation",
                #"{"price": 10, "accepts": [{"document": "whatsapp", "version": "1"}, {"document": "privacy", "version": "2"}]}"#
            ),
            (.get, "/api/v1/credits", "/api/v1/credits", nil), (.get, "/api/v1/credits/statement", "/api/v1/credits/statement", nil),
            (.post, "/api/v1/terms/removal", "/api/v1/terms/removal", #"{"document": "privacy"}"#),
            (.get, "/api/v1/push-subscriptions", "/api/v1/push-subscriptions", nil),
            (.post, "/api/v1/push-subscriptions/test", "/api/v1/push-subscriptions/test", nil),
            (.get, "/api/v1/push-key", "/api/v1/push-key", nil),
            (.get, "/api/v1/journal", "/api/v1/journal?connection=\(hub.connection.id)", nil),
            (.get, "/readyz", "/readyz", nil),
            (.post, "/api/v1/senders/{sender}/deactivate", "/api/v1/senders/\(hub.sender.id)/deactivate", nil),
            (.post, "/api/v1/senders/{sender}/activate", "/api/v1/senders/\(hub.sender.id)/activate", nil),
        ]
        for (method, path, address, body) in calls {
            let answer = try await web.call(method, address, .person(try #require(web.acme.people[.owner])), body: body)
            let responses = try #require(web.openAPI["paths"]?[path]?[method.rawValue.lowercased()]?["responses"])
            let response = try #require(responses[String(answer.status)], "\(method) \(path): \(answer.status) \(answer.text)")
            #expect(answer.status < 300)
            let schema = try #require(response["content"]?["application/json"]?["schema"])
            #expect(SchemaCheck(schemas: schemas).faults(of: answer.json, against: schema) == [], "\(method) \(path): \(answer.text)")
            if case .array(let rows) = answer.json["data"] { #expect(!rows.isEmpty, "\(path) has nothing to check") }
        }
        let problem = try await web.call(.get, "/api/v1/messages/msg_1", .key(web.acme.key))
        #expect(SchemaCheck(schemas: schemas).faults(of: problem.json, against: try #require(schemas["Problem"])) == [])
    }

    private func members(_ value: JSONValue) -> [String: JSONValue] {
        if case .object(let members) = value { members } else { [:] }
    }
}

/// As much of JSON Schema as our descriptions use; members that no schema names are faults too, so that nothing is answered undescribed.
struct SchemaCheck {
    let schemas: [String: JSONValue]

    func faults(of value: JSONValue, against schema: JSONValue, at path: String = "$") -> [String] {
        if let reference = schema["$ref"]?.text {
            guard let target = schemas[String(reference.dropFirst("#/components/schemas/".count))] else {
                return ["\(path): no \(reference)"]
            }
            return faults(of: value, against: target, at: path)
        }
        if case .array(let choices) = schema["anyOf"] {
            return choices.contains { faults(of: value, against: $0, at: path).isEmpty } ? [] : ["\(path): none of anyOf"]
        }
        var found: [String] = []
        if case .array(let choices) = schema["oneOf"] {
            let fitting = choices.filter { choice in
                if case .array(let names) = choice["required"], choice["type"] == nil {
                    return names.allSatisfy { value[$0.text ?? ""] != nil }
                }
                return faults(of: value, against: choice, at: path).isEmpty
            }
            if fitting.count != 1 { found.append("\(path): \(fitting.count) of oneOf") }
            if schema["type"] == nil { return found }
        }
        let types: [String] =
            switch schema["type"] {
            case .string(let type): [type]
            case .array(let types): types.compactMap(\.text)
            default: []
            }
        if !types.isEmpty, !types.contains(where: { isA(value, $0) }) { return found + ["\(path): \(value) is none of \(types)"] }
        if case .array(let allowed) = schema["enum"], !allowed.contains(value) { found.append("\(path): \(value) is none of the choices") }
        if let pattern = schema["pattern"]?.text, let text = value.text, text.range(of: pattern, options: .regularExpression) == nil {
            found.append("\(path): \(text) isn't \(pattern)")
        }
        if case .array(let elements) = value, let items = schema["items"] {
            for (index, element) in elements.enumerated() { found += faults(of: element, against: items, at: "\(path)[\(index)]") }
        }
        if case .object(let object) = value, case .object(let properties) = schema["properties"] {
            for (key, member) in object {
                guard let property = properties[key] else {
                    found.append("\(path).\(key): not described")
                    continue
                }
                found += faults(of: member, against: property, at: "\(path).\(key)")
            }
            if case .array(let required) = schema["required"] {
                for name in required.compactMap(\.text) where object[name] == nil { found.append("\(path).\(name): missing") }
            }
        }
        return found
    }

    private func isA(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
