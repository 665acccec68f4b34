/// How the server is reached, read once at start.
package struct WebConfiguration: Sendable {
    /// Address to listen on; loopback unless the operator says otherwise.
    package var host: String
    /// 0 lets the system choose.
    package var port: Int
    /// As people and providers write it, when the operator gave it.
    package var publicURL: PublicURL?
    /// From whom `X-Forwarded-For` is believed.
    package var trustedProxies: TrustedProxies
    /// PEM files; both or none.
    package var certificateFile: String?
    package var privateKeyFile: String?
    /// Adds `POST /hooks/bench`, the baseline of measurements.
    package var isBench: Bool

    package init(
        host: String = "127.0.0.1", port: Int = 8080, publicURL: PublicURL? = nil, trustedProxies: TrustedProxies = .none,
        certificateFile: String? = nil, privateKeyFile: String? = nil, isBench: Bool = false
    ) {
        (self.host, self.port, self.publicURL, self.trustedProxies) = (host, port, publicURL, trustedProxies)
        (self.certificateFile, self.privateKeyFile, self.isBench) = (certificateFile, privateKeyFile, isBench)
    }

    /// Whether browsers reach us over TLS, here or at a proxy in front.
    package var isSecure: Bool { publicURL?.isSecure ?? (certificateFile != nil) }
}

/// Scheme, host and port under which the server is reached from outside, such as `https://chat.example.com`.
package struct PublicURL: Sendable, Equatable {
    /// Without a slash at the end.
    package let text: String
    package var isSecure: Bool { text.hasPrefix("https://") }

    /// Nil unless it is `http` or `https` with a host, perhaps a port, and nothing behind.
    package init?(parsing input: String) {
        var rest = input.lowercased()
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let scheme = ["https://", "http://"].first(where: rest.hasPrefix) else { return nil }
        let authority = rest.dropFirst(scheme.count)
        let isPlain = authority.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || [45, 46, 58, 91, 93].contains(byte)
        }
        guard !authority.isEmpty, isPlain, authority.first != ":" else { return nil }
        // Browsers leave a scheme's own port out of `Origin`.
        let ownPort = scheme == "https://" ? ":443" : ":80"
        text = rest.hasSuffix(ownPort) ? String(rest.dropLast(ownPort.count)) : rest
    }
}
