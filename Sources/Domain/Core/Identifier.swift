package import struct Foundation.Date

/// A text id that can't be handed to the wrong entity: a prefix, `_`, and 26 characters.
package struct Identifier<Entity>: Hashable, Sendable, Comparable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func < (one: Self, other: Self) -> Bool { one.text < other.text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { text }
}

/// An entity whose ids tell its kind by a prefix, such as `msg`.
package protocol Identified {
    static var identifierPrefix: String { get }
}

extension Identifier where Entity: Identified {
    /// A new id: a UUID of version 7 (RFC 9562, §5.7) in Crockford's base 32, so that ids sort by the millisecond they were made in.
    package static func make(at now: Date) -> Self {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1_000))
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &generator)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &generator)
        return Self("\(Entity.identifierPrefix)_\(CrockfordBase32.text(high: high, low: low))")
    }

    /// The millisecond it was made in; nil for what isn't such a UUID.
    package var madeAt: Date? {
        guard Self(parsing: text) != nil, let value = CrockfordBase32.number(text.utf8.suffix(26)), value >> 76 & 15 == 7 else {
            return nil
        }
        return Date(timeIntervalSince1970: Double(value >> 80) / 1_000)
    }

    /// Reads an id that came from outside; nil when it can't be one of this entity.
    package init?(parsing text: String) {
        let prefix = Entity.identifierPrefix
        guard text.utf8.count == prefix.utf8.count + 27, text.hasPrefix(prefix), text.dropFirst(prefix.count).first == "_",
            text.utf8.dropFirst(prefix.utf8.count + 1).allSatisfy(CrockfordBase32.isDigit)
        else { return nil }
        self.init(text)
    }
}

enum CrockfordBase32 {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func isDigit(_ byte: UInt8) -> Bool { digits.contains(byte) }

    /// What so many digits say; nil when one isn't a digit.
    static func number(_ text: some Collection<UInt8>) -> UInt128? {
        var value: UInt128 = 0
        for byte in text {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            value = value << 5 | UInt128(digit)
        }
        return value
    }

    /// 128 bits as 26 digits; the first holds the top three bits.
    static func text(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 26) { buffer in
            var rest = UInt128(high) << 64 | UInt128(low)
            for position in stride(from: 25, through: 0, by: -1) {
                buffer[position] = digits[Int(rest & 31)]
                rest >>= 5
            }
            return 26
        }
    }
}
