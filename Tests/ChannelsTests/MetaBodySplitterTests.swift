import Domain
import TestSupport
import Testing

@testable import Channels

@Suite("One body, taken apart by account and number")
struct MetaBodySplitterTests {
    private static let receiver = MetaWebhookReceiver()

    /// What is told of a number of an account, or of the account.
    private static func change(_ account: Int, _ number: Int?, _ word: Int) -> JSONNode {
        guard let number else {
            return [
                "field": "account_update",
                "value": ["event": "ACCOUNT_VIOLATION", "violation_info": ["violation_type": .string("\(word)")]],
            ]
        }
        let phone = JSONNode.string("1555010\(account)0\(number)")
        if number == 0 {
            return ["field": "phone_number_quality_update", "value": ["display_phone_number": phone, "event": "ONBOARDING"]]
        }
        return [
            "field": "messages",
            "value": [
                "metadata": ["phone_number_id": .string("\(account)0\(number)"), "display_phone_number": phone],
                "messages": [
                    [
                        "id": .string("wamid.\(word)"), "from": "15550199001", "timestamp": "1795257720", "type": "text",
                        "text": ["body": "word"],
                    ]
                ],
            ],
        ]
    }

    @Test("every change ends in exactly the part of its account and number, as it was")
    func property() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var (entries, wanted) = ([JSONNode](), [String: Int]())
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let account = Int.random(in: 1...3, using: &random)
                let changes = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    let number = Int.random(in: -1...2, using: &random)
                    let of: WebhookPart.Number? =
                        number < 0 ? nil : number == 0 ? .digits("1555010\(account)00") : .id("\(account)0\(number)")
                    wanted["\(account) \(String(describing: of))", default: 0] += 1
                    return Self.change(account, number < 0 ? nil : number, Int.random(in: 0..<1_000_000, using: &random))
                }
                entries.append(["id": .string("waba\(account)"), "time": .integer(1_795_257_720), "changes": .array(changes)])
            }
            let body: JSONNode = ["object": "whatsapp_business_account", "entry": .array(entries)]
            let parts = try #require(Self.receiver.split(body.bytes))
            #expect(Set(parts.map { "\($0.account) \(String(describing: $0.number))" }).count == parts.count, "each is one part")
            var found: [String: Int] = [:]
            for part in parts {
                let batch = Self.receiver.decode(part.body)
                #expect(batch.unreadable.isEmpty)
                found["\(part.account.dropFirst(4)) \(String(describing: part.number))"] = batch.items.count
                for entry in try JSONParser.parse(part.body)["entry"]?.list ?? [] { #expect(entry["id"]?.text == part.account) }
                for item in batch.items {
                    switch (part.number, item.event) {
                    case (.id(let id), _): #expect(item.senderProviderID == id)
                    case (.digits(let digits), .sender(let news)): #expect(news.digits == digits && news.account == part.account)
                    case (nil, .sender(let news)): #expect(news.digits == nil && news.account == part.account)
                    default: Issue.record("\(part) holds \(item)")
                    }
                }
            }
            #expect(found == wanted)
            // Together they are all of it.
            let whole = Self.receiver.decode(body.bytes).items.map { String(describing: $0.event) }.sorted()
            #expect(parts.flatMap { Self.receiver.decode($0.body).items.map { String(describing: $0.event) } }.sorted() == whole)
        }
    }

    @Test("what is no body of accounts is none", arguments: ["", "x", "[]", "{}", #"{"object": "page", "entry": []}"#, #"{"entry": 1}"#])
    func unreadable(text: String) { #expect(Self.receiver.split(Array(text.utf8)) == nil) }

    @Test("an entry without an account or without changes is still told of")
    func incomplete() throws {
        let parts = try #require(Self.receiver.split(Array(#"{"entry": [{"changes": [{"field": "x"}]}, {"id": "7"}]}"#.utf8)))
        #expect(parts.map(\.account) == ["", "7"])
        #expect(parts.map(\.number) == [nil, nil])
    }
}
