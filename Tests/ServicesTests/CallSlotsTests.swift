import Domain
import TestSupport
import Testing

@testable import Services

@Suite("Call slots")
struct CallSlotsTests {
    private let one = Identifier<Sender>("snd_1")
    private let other = Identifier<Sender>("snd_2")

    @Test("a sender alone may have all, up to what it may hold")
    func alone() {
        let slots = CallSlots(limit: 64)
        slots.join(one)
        #expect(slots.take(100, most: 40, for: one) == 40)
        #expect(slots.take(100, most: 100, for: one) == 24)
        slots.give(64, from: one)
        #expect(slots.take(100, most: 100, for: one) == 64)
    }

    @Test("a slow sender can't take what is another's part")
    func fair() {
        let slots = CallSlots(limit: 64)
        slots.join(one)
        slots.join(other)
        #expect(slots.take(100, most: 100, for: one) == 32)
        #expect(slots.take(100, most: 100, for: one) == 0)
        #expect(slots.take(100, most: 100, for: other) == 32)
        slots.give(32, from: other)
        slots.leave(other)
        #expect(slots.take(100, most: 100, for: one) == 32)
    }

    @Test("however they take and give, the whole is never exceeded and nobody waits for good", arguments: 0..<20)
    func anyTaking(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let slots = CallSlots(limit: 48)
        let senders = (0..<10).map { Identifier<Sender>("snd_\($0)") }
        for sender in senders { slots.join(sender) }
        var held: [Identifier<Sender>: Int] = [:]
        for _ in 0..<2_000 {
            let sender = senders.randomElement(using: &random)!
            if Bool.random(using: &random) {
                held[sender, default: 0] += slots.take(Int.random(in: 1...20, using: &random), most: 48, for: sender)
            } else if let count = held[sender], count > 0 {
                let returned = Int.random(in: 1...count, using: &random)
                slots.give(returned, from: sender)
                held[sender] = count - returned
            }
            #expect(held.values.reduce(0, +) <= 48)
        }
        for (sender, count) in held { slots.give(count, from: sender) }
        for sender in senders { #expect(slots.take(4, most: 4, for: sender) > 0) }
    }
}
