internal import Foundation

/// The networks whose word on the client's address is taken.
package struct TrustedProxies: Sendable {
    package static let none = TrustedProxies(networks: [])

    private let networks: [Network]

    private init(networks: [Network]) { self.networks = networks }

    /// - Parameter list: addresses and networks, such as `10.0.0.0/8, ::1`. Nil when one can't be read.
    package init?(parsing list: String) {
        var networks: [Network] = []
        for part in list.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let network = Network(parsing: part) else { return nil }
            networks.append(network)
        }
        self.init(networks: networks)
    }

    var isEmpty: Bool { networks.isEmpty }

    /// The client's address: the peer itself, or, when that is a trusted proxy, the rightmost forwarded address that isn't one.
    /// Each proxy appends whom it saw, so everything left of the first stranger may be invented.
    func client(peer: String?, forwardedFor: [String]) -> String? {
        guard let peer, contains(peer) else { return peer }
        var client = peer
        for hop in forwardedFor.flatMap({ $0.split(separator: ",") }).reversed() {
            let text = hop.trimmingCharacters(in: .whitespaces)
            guard IPAddress(parsing: text) != nil else { break }
            client = text
            if !contains(text) { break }
        }
        return client
    }

    private func contains(_ text: String) -> Bool {
        guard let address = IPAddress(parsing: text) else { return false }
        return networks.contains { $0.contains(address) }
    }

    private struct Network: Sendable {
        let base: IPAddress
        let prefixBits: Int

        init?(parsing text: Substring) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let base = IPAddress(parsing: String(parts[0])) else { return nil }
            let width = base.isVersion4 ? 32 : 128
            let bits = parts.count == 2 ? Int(parts[1]) : width
            guard let bits, (0...width).contains(bits) else { return nil }
            self.base = base
            prefixBits = bits + (128 - width)
        }

        func contains(_ address: IPAddress) -> Bool {
            for index in 0..<16 {
                let bits = min(8, max(0, prefixBits - index * 8))
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
                if base.bytes[index] & mask != address.bytes[index] & mask { return false }
            }
            return true
        }
    }
}

/// An address of either version in 16 bytes; version 4 in its mapped form, so that `::ffff:10.0.0.1` is `10.0.0.1`.
struct IPAddress: Sendable, Equatable {
    let bytes: [UInt8]

    private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    var isVersion4: Bool { bytes.starts(with: Self.mappedPrefix) }

    init?(parsing text: String) {
        var version4 = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &version4) == 1 {
            bytes = Self.mappedPrefix + version4
            return
        }
        var version6 = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        bytes = version6
    }
}
