/// To which addresses the server makes calls that somebody else chose: a webhook's, a browser's push service. Such a call must not reach what only
/// this machine or its network can reach.
package struct OutsideRules: Sendable {
    /// What the server's owner permits besides the public internet.
    private let permitted: [IPNetwork]

    package init(permitting networks: [IPNetwork] = []) { permitted = networks }

    package func allows(_ address: IPAddress) -> Bool { isPermitted(address) || Self.isPublic(address) }

    /// Whether the owner named it: then plain http will do as well.
    package func isPermitted(_ address: IPAddress) -> Bool {
        permitted.contains { $0.contains(address) } && !Self.metadata.contains { $0.contains(address) }
    }

    private static func isPublic(_ address: IPAddress) -> Bool {
        if address.isVersion4 { return !closed4.contains { $0.contains(address) } }
        return unicast6.contains(address) && !closed6.contains { $0.contains(address) }
    }

    /// IANA's registry of special purposes (read 2026-11), multicast and what is reserved, and the address at which Azure's machines find their host.
    private static let closed4 = networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16")

    /// Where machines in a cloud read what they are and the keys they have. Nobody receives anything there, so naming the network around it opens it not.
    private static let metadata = networks(
        "100.100.100.200", "168.63.129.16", "169.254.169.254", "169.254.170.2", "169.254.170.23", "192.0.0.192", "fd00:ec2::23",
        "fd00:ec2::254", "fd20:ce::254")

    /// All that is given out to the public. What isn't in it is closed: loopback, local, private, multicast, NAT64 and other disguises of version 4.
    private static let unicast6 = networks("2000::/3")[0]

    /// Protocols' own (among them Teredo), documentation, and 6to4, in which an address of version 4 hides.
    private static let closed6 = networks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")

    private static func networks(_ texts: String...) -> [IPNetwork] { texts.map { IPNetwork(parsing: $0)! } }
}
