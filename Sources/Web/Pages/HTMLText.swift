internal import Mustache

/// Text as HTML shows it, between elements and in quoted attributes.
enum HTMLText {
    /// Byte by byte: for Swift a `"` with an accent combined onto it is another character than `"`, for browsers it ends the attribute all the same.
    static func escaped(_ text: String) -> String {
        // Nearly all values hold nothing to escape.
        guard text.utf8.contains(where: isSpecial) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let escape = escape(of: byte) { bytes += escape.utf8 } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: false
        }
    }

    private static func escape(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        // No page may hold it.
        case 0: ""
        default: nil
        }
    }

    /// What templates escape their values by.
    struct ContentType: MustacheContentType {
        static let name = "PAGE"

        func escapeText(_ text: String) -> String { HTMLText.escaped(text) }
    }
}
