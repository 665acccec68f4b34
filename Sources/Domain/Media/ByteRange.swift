/// The part of a file that a request asks for (RFC 9110, §14): one range of bytes, as players use to jump.
package enum ByteRange: Sendable, Equatable {
    /// The header is missing, asks for several parts, or can't be read: the whole file is the answer.
    case whole
    case part(Range<Int>)
    /// Nothing of the file lies in it.
    case outside

    /// - Parameter header: value of `Range`, such as `bytes=0-499`, `bytes=500-` or `bytes=-500`.
    package init(header: String?, byteCount: Int) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return }
        switch (Self.number(ends[0]), Self.number(ends[1])) {
        case (let first?, let last?) where first <= last:
            self = first < byteCount ? .part(first..<min(byteCount, last < Int.max ? last + 1 : last)) : .outside
        case (let first?, nil) where ends[1].isEmpty:
            self = first < byteCount ? .part(first..<byteCount) : .outside
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && byteCount > 0 ? .part(max(0, byteCount - count)..<byteCount) : .outside
        default: break
        }
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (48...57).contains($0) } && !text.isEmpty ? Int(text) ?? .max : nil
    }
}
