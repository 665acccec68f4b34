internal import Foundation

/// An address that somebody gave us to call, read so strictly that nobody after us can read it differently. Every way of setting one (made, changed,
/// brought in) goes through here; where it leads is looked at with each call.
package struct OutsideAddress: Sendable, Hashable {
    /// Characters.
    package static let lengthLimit = 2_000

    package let isSecure: Bool
    /// A name in small letters, or an address, without brackets.
    package let host: String
    package let port: Int
    /// With the query, percent-encoded.
    package let path: String

    /// Throws ``OutsideProblem``.
    package init(parsing text: String) throws(OutsideProblem) {
        guard text.utf8.count <= Self.lengthLimit, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            parts.user == nil, parts.password == nil, parts.fragment == nil, var host = parts.encodedHost?.lowercased()
        else { throw .malformed }
        isSecure = scheme == "https"
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":"), IPAddress(parsing: host) != nil else { throw .malformed }
        } else {
            guard Self.isName(host) || IPAddress(parsing: host)?.isVersion4 == true else { throw .malformed }
        }
        let port = parts.port ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { throw .malformed }
        (self.host, self.port) = (host, port)
        let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
        path = (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath) + query
    }

    /// Of letters, digits and hyphens between dots. Not one whose last part begins with a digit: it may be another way of writing an address.
    private static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, last.utf8.first.map({ (97...122).contains($0) }) == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.first != 45 && label.utf8.last != 45
                && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        }
    }

    /// As it is called.
    package var text: String {
        let standard = port == (isSecure ? 443 : 80)
        return "\(origin(withPort: !standard))\(path)"
    }

    /// Scheme, host and, unless it is the usual one, port.
    package var origin: String { origin(withPort: port != (isSecure ? 443 : 80)) }

    private func origin(withPort: Bool) -> String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host)\(withPort ? ":\(port)" : "")"
    }
}

package enum OutsideProblem: Problem, Equatable {
    case malformed

    package var kind: ProblemKind { .invalid }
    package var code: String { "address.malformed" }
    package var detail: String { "This isn\u{2019}t an address that can be called. It looks like https://example.com/path." }
}
