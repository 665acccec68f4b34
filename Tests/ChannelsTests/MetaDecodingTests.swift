import Domain
import Foundation
import Testing

@testable import Channels

@Suite("Reading Meta's webhooks")
struct MetaDecodingTests {
    let receiver = MetaWebhookReceiver()

    @Test("each payload gives the events beside it", arguments: PayloadFiles.names(in: "Inbound"))
    func golden(name: String) throws {
        try PayloadFiles.expect(receiver.decode(PayloadFiles.bytes(name, in: "Inbound")), equalsExpectationOf: name, in: "Inbound")
    }

    @Test("there is a payload for every kind of event, content and status")
    func complete() throws {
        var kinds: Set<MessageContent.Kind> = []
        var media: Set<MediaContent.Kind> = []
        var statuses: Set<AttemptStatus> = []
        var others: Set<String> = []
        for name in PayloadFiles.names(in: "Inbound") {
            for item in receiver.decode(try PayloadFiles.bytes(name, in: "Inbound")).items {
                switch item.event {
                case .message(let message):
                    kinds.insert(message.content.kind)
                    if case .media(let content) = message.content { media.insert(content.kind) }
                case .status(let status): statuses.insert(status.status)
                case .reaction: others.insert("reaction")
                case .edit: others.insert("edit")
                case .revoke: others.insert("revoke")
                case .callEnd: others.insert("callEnd")
                case .preference: others.insert("preference")
                case .template(let news): others.insert("template \(news.change.word)")
                case .sender(let news): others.insert("sender \(news.change.word)")
                case .notice: others.insert("notice")
                }
            }
        }
        // A reaction is an event of its own; interactive messages and templates are ours to send.
        #expect(kinds == Set(MessageContent.Kind.allCases).subtracting([.reaction, .interactive, .template]))
        #expect(media == Set(MediaContent.Kind.allCases))
        #expect(statuses == [.sent, .delivered, .read, .played, .failed])
        let news = ["status", "quality", "category", "components"].map { "template \($0)" }
        let ofSenders = ["event", "warning", "question"].map { "sender \($0)" }
        #expect(others == Set(["reaction", "edit", "revoke", "callEnd", "preference", "notice"] + news + ofSenders))
    }

    @Test("3 entries × 3 changes × 5 messages are 45 items in Meta's order")
    func batch() throws {
        let entries = (0..<3).map { entry -> JSONNode in
            let changes = (0..<3).map { change -> JSONNode in
                let messages = (0..<5).map { index -> JSONNode in
                    [
                        "from": "15550199001", "id": .string("wamid.\(entry)-\(change)-\(index)"), "timestamp": "1790000000",
                        "type": "text",
                        "text": ["body": "Hi"],
                    ]
                }
                return [
                    "field": "messages",
                    "value": ["metadata": ["phone_number_id": .string("10000000000000\(change)")], "messages": .array(messages)],
                ]
            }
            return ["id": "102030405060708", "changes": .array(changes)]
        }
        let body: JSONNode = ["object": "whatsapp_business_account", "entry": .array(entries)]
        let batch = receiver.decode(body.bytes)
        #expect(batch.unreadable.isEmpty)
        #expect(batch.items.count == 45)
        var expected: [(id: String, path: String, sender: String)] = []
        for entry in 0..<3 {
            for change in 0..<3 {
                for index in 0..<5 {
                    expected.append(
                        (
                            "wamid.\(entry)-\(change)-\(index)", "entry[\(entry)].changes[\(change)].value.messages[\(index)]",
                            "10000000000000\(change)"
                        ))
                }
            }
        }
        for (item, expected) in zip(batch.items, expected) {
            guard case .message(let message) = item.event else {
                Issue.record("\(item.path) isn't a message")
                continue
            }
            #expect((message.providerID, item.path, item.senderProviderID) == (expected.id, expected.path, expected.sender))
        }
    }

    @Test("10,000 statuses in one body are read, in order")
    func tenThousandStatuses() {
        let statuses = (0..<10_000).map { index -> JSONNode in
            ["id": .string("wamid.\(index)"), "status": "delivered", "timestamp": "1790000003", "recipient_id": "15550199001"]
        }
        let value: JSONNode = ["metadata": ["phone_number_id": "111222333444555"], "statuses": .array(statuses)]
        let body: JSONNode = ["object": "whatsapp_business_account", "entry": [["changes": [["field": "messages", "value": value]]]]]
        let ids = receiver.decode(body.bytes).items.map { item in if case .status(let status) = item.event { status.providerID } else { "" }
        }
        #expect(ids == (0..<10_000).map { "wamid.\($0)" })
    }

    @Test(
        "a body that can't be read at all is one unreadable item without a path",
        arguments: [
            "", " ", "hello", "{", "[1,2", #"{"object":"#, #"{"a":1}}"#, #"{"a" 1}"#, "nul", "\"open", "[1,]", "{\"a\":1,}", "[01]", "[1.]",
            "[-]", "[1e]", "[\"\\x\"]",
            "[\"\\u12\"]", String(repeating: "[", count: 100_000), "\u{FEFF}{}", "[]", "null", "7",
        ])
    func unreadable(body: String) {
        let batch = receiver.decode(Array(body.utf8))
        #expect(batch.items.isEmpty)
        #expect(batch.unreadable.map(\.path) == [""])
        #expect(batch.unreadable.allSatisfy { $0.reason.hasSuffix(".") })
    }

    @Test("U+0000 in any string changes nothing", arguments: PayloadFiles.names(in: "Inbound"))
    func zeroCharacters(name: String) throws {
        let body = String(decoding: try PayloadFiles.bytes(name, in: "Inbound"), as: UTF8.self)
        // In front of every string of the file, names of members aside.
        let laced = body.replacing(": \"", with: ": \"\\u0000")
        #expect(laced != body)
        #expect(receiver.decode(Array(laced.utf8)) == receiver.decode(Array(body.utf8)))
    }
}

extension TemplateNews.Change {
    fileprivate var word: String {
        switch self {
        case .status: "status"
        case .quality: "quality"
        case .category: "category"
        case .components: "components"
        }
    }
}

extension SenderNews.Change {
    fileprivate var word: String {
        switch self {
        case .event: "event"
        case .warning: "warning"
        case .question: "question"
        }
    }
}
