internal import Foundation

/// An address of either version in 16 bytes; version 4 in its mapped form, so that `::ffff:10.0.0.1` is `10.0.0.1`.
package struct IPAddress: Sendable, Hashable {
    package let bytes: [UInt8]

    private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    package var isVersion4: Bool { bytes.starts(with: Self.mappedPrefix) }

    /// Only the usual forms: four decimal numbers, or groups of hexadecimal ones.
    package init?(parsing text: String) {
        var version4 = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &version4) == 1 {
            bytes = Self.mappedPrefix + version4
            return
        }
        var version6 = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        bytes = version6
    }

    /// Four bytes or sixteen.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = Self.mappedPrefix + bytes
        case 16: self.bytes = bytes
        default: return nil
        }
    }

    /// As a connection is made to it.
    package var text: String {
        if isVersion4 { return bytes.suffix(4).map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}

/// An address, or all that begin like it.
package struct IPNetwork: Sendable, Hashable {
    private let base: IPAddress
    private let prefixBits: Int

    /// Such as `10.0.0.0/8` or `::1`.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let base = IPAddress(parsing: String(parts[0])) else { return nil }
        let width = base.isVersion4 ? 32 : 128
        let bits = parts.count == 2 ? Int(parts[1]) : width
        guard let bits, (0...width).contains(bits) else { return nil }
        self.base = base
        prefixBits = bits + (128 - width)
    }

    /// Several, with commas or blanks between. Nil when one can't be read.
    package static func list(parsing text: String) -> [IPNetwork]? {
        var networks: [IPNetwork] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let network = IPNetwork(parsing: part) else { return nil }
            networks.append(network)
        }
        return networks
    }

    package func contains(_ address: IPAddress) -> Bool {
        for index in 0..<16 {
            let bits = min(8, max(0, prefixBits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            if base.bytes[index] & mask != address.bytes[index] & mask { return false }
        }
        return true
    }
}
