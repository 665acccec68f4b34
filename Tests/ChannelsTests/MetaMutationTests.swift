import Domain
import TestSupport
import Testing

@testable import Channels

/// Payloads changed at random, by a generator with a fixed seed so that a failure can be had again.
@Suite("Damaged webhooks")
struct MetaMutationTests {
    static let rounds = 300

    @Test("any change to one item leaves its neighbours as they were", arguments: PayloadFiles.names(in: "Inbound"))
    func neighboursSurvive(name: String) throws {
        var random = SeededGenerator(seed: 42)
        let receiver = MetaWebhookReceiver()
        for list in ["messages", "statuses"] {
            guard let victim = try Self.firstItem(of: name, list: list) else { continue }
            for _ in 0..<Self.rounds {
                let batch = receiver.decode(
                    Self.body(list, [Self.healthy(list, "first"), Self.mutated(victim, &random), Self.healthy(list, "last")]).bytes)
                let paths = batch.items.map(\.path) + batch.unreadable.map(\.path)
                #expect(Set(paths) == Set((0..<3).map { "entry[0].changes[0].value.\(list)[\($0)]" }), "each item is accounted for once")
                #expect(paths.count == 3)
                #expect(Self.id(batch.items.first) == "wamid.first")
                #expect(Self.id(batch.items.last) == "wamid.last")
            }
        }
    }

    @Test("bytes changed, lost or doubled anywhere never stop the reader", arguments: PayloadFiles.names(in: "Inbound"))
    func damagedBytes(name: String) throws {
        var random = SeededGenerator(seed: 7)
        let receiver = MetaWebhookReceiver()
        let original = try PayloadFiles.bytes(name, in: "Inbound")
        for _ in 0..<Self.rounds {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(bytes[position], at: position)
                default: bytes.removeSubrange(position..<min(bytes.count, position + 9))
                }
            }
            let batch = receiver.decode(bytes)
            #expect(!(batch.items.isEmpty && batch.unreadable.isEmpty))
        }
    }

    private static func firstItem(of name: String, list: String) throws -> JSONNode? {
        try JSONParser.parse(PayloadFiles.bytes(name, in: "Inbound"))["entry"]?.list?.first?["changes"]?.list?.first?["value"]?[list]?.list?
            .first
    }

    private static func body(_ list: String, _ items: [JSONNode]) -> JSONNode {
        let value = JSONNode.object([
            JSONMember("metadata", ["phone_number_id": "111222333444555"]), JSONMember(list, .array(items)),
        ])
        return ["object": "whatsapp_business_account", "entry": [["changes": [["field": "messages", "value": value]]]]]
    }

    private static func healthy(_ list: String, _ id: String) -> JSONNode {
        [
            "id": .string("wamid.\(id)"), "from": "15550199001", "timestamp": "1790000000", "type": "text", "text": ["body": "Hi"],
            "status": "sent",
            "recipient_id": "15550199001",
        ]
    }

    private static func id(_ item: InboundItem?) -> String? {
        switch item?.event {
        case .message(let message): message.providerID
        case .status(let status): status.providerID
        default: nil
        }
    }

    /// The node with one of its parts replaced, renamed, doubled or taken away.
    private static func mutated(_ node: JSONNode, _ random: inout SeededGenerator) -> JSONNode {
        if Int.random(in: 0..<4, using: &random) == 0 { return junk(&random) }
        switch node {
        case .object(var members) where !members.isEmpty:
            let position = Int.random(in: members.indices, using: &random)
            let member = members[position]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: members.remove(at: position)
            case 1: members[position] = JSONMember(member.name + "x", member.value)
            case 2: members.insert(JSONMember(member.name, junk(&random)), at: 0)
            default: members[position] = JSONMember(member.name, mutated(member.value, &random))
            }
            return .object(members)
        case .array(var list) where !list.isEmpty:
            let position = Int.random(in: list.indices, using: &random)
            list[position] = mutated(list[position], &random)
            return .array(list)
        default: return junk(&random)
        }
    }

    private static func junk(_ random: inout SeededGenerator) -> JSONNode {
        let choices: [JSONNode] = [
            .null, .bool(true), .integer(-1), .integer(.max), .integer(.min), .number(1e300), .number(-0.0), "", "\u{0}", "1e999",
            "999999999999999999999",
            .string(String(repeating: "é", count: 2_000)), [], .object([]), [[[["deep"]]]], ["type": "text", "id": .null],
            "9223372036854775807",
        ]
        return choices[Int.random(in: choices.indices, using: &random)]
    }
}
