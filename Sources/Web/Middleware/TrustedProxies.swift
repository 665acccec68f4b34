internal import Domain
internal import Foundation

/// The networks whose word on the client's address is taken.
package struct TrustedProxies: Sendable {
    package static let none = TrustedProxies(networks: [])

    private let networks: [IPNetwork]

    private init(networks: [IPNetwork]) { self.networks = networks }

    /// - Parameter list: addresses and networks, such as `10.0.0.0/8, ::1`. Nil when one can't be read.
    package init?(parsing list: String) {
        guard let networks = IPNetwork.list(parsing: list) else { return nil }
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
}
