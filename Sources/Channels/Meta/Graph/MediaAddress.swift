internal import struct Foundation.URL

/// Which addresses of files get the access token: those of the configured Graph server, and Meta's own hosts over TLS.
enum MediaAddress {
    /// Meta's hosts with files, each with everything below it.
    private static let hosts = ["fbsbx.com", "facebook.com"]
    private static let lengthLimit = 4_096

    /// The address to fetch, or nil when the token mustn't go there. The HTTP client reads it with the same `URL`, so that both see one host.
    static func trusted(_ address: String, graphRoot: String) -> String? {
        if isGraph(address, graphRoot: graphRoot) { return address }
        guard let url = read(address), url.scheme?.lowercased() == "https", let host = url.host?.lowercased(),
            url.port == nil || url.port == 443
        else { return nil }
        return hosts.contains { host == $0 || host.hasSuffix(".\($0)") } ? address : nil
    }

    /// Whether it leads to the configured Graph server itself, by the same scheme and port.
    static func isGraph(_ address: String, graphRoot: String) -> Bool {
        guard let url = read(address), let graph = URL(string: graphRoot) else { return false }
        return url.scheme?.lowercased() == graph.scheme?.lowercased() && url.host?.lowercased() == graph.host?.lowercased()
            && url.port == graph.port
    }

    private static func read(_ address: String) -> URL? {
        guard address.utf8.count <= lengthLimit, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let url = URL(string: address), url.scheme != nil, url.host != nil, url.user == nil, url.password == nil
        else { return nil }
        return url
    }
}
