import Domain
import Testing

import struct Foundation.Date

@Suite("The status of an attempt")
struct AttemptStatusTests {
    @Test(
        "any order and any number of reports end alike",
        arguments: [
            ([AttemptStatus.sent, .delivered, .read], AttemptStatus.read),
            ([.unknown, .sent, .failed], .failed),
            ([.sent, .failed, .delivered], .delivered),
            ([.sending, .unknown], .unknown),
            ([.sent, .delivered, .read, .played], .played),
        ])
    func permutations(reports: [AttemptStatus], end: AttemptStatus) {
        for order in permutations(of: reports + reports.suffix(1)) {
            #expect(order.reduce(AttemptStatus.sending) { $0.merged(with: $1) } == end)
        }
    }

    private func permutations<Element>(of elements: [Element]) -> [[Element]] {
        guard let first = elements.first else { return [[]] }
        return permutations(of: Array(elements.dropFirst())).flatMap { rest in
            (0...rest.count).map { index in
                var order = rest
                order.insert(first, at: index)
                return order
            }
        }
    }
}

@Suite("Identifiers")
struct IdentifierTests {
    @Test("are 26 characters behind their prefix, and read only as their own kind")
    func shape() {
        let id = Identifier<Message>.make(at: .init(timeIntervalSince1970: 1_790_000_000))
        #expect(id.text.count == 30)
        #expect(Identifier<Message>(parsing: id.text) == id)
        #expect(Identifier<Conversation>(parsing: id.text) == nil)
        #expect(Identifier<Message>(parsing: id.text + "x") == nil)
        #expect(Identifier<Message>(parsing: "msg_" + String(repeating: "U", count: 26)) == nil)
    }

    @Test("sort by the millisecond they were made in")
    func order() {
        let ids = (0..<100).map { Identifier<Message>.make(at: .init(timeIntervalSince1970: 1_790_000_000 + Double($0) / 1_000)) }
        #expect(ids.sorted() == ids)
    }
}
