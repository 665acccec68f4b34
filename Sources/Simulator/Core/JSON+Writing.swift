/// How texts are written into JSON.
package enum JSONEscaping: Sendable {
    /// Only what JSON demands.
    case plain
    /// As the platform's webhooks: `\uXXXX` for everything beyond ASCII, `\/` for a slash.
    case ascii
}

extension JSON {
    package func bytes(_ escaping: JSONEscaping = .plain) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(to: &bytes, escaping)
        return bytes
    }

    package var text: String { String(decoding: bytes(), as: UTF8.self) }

    private func write(to bytes: inout [UInt8], _ escaping: JSONEscaping) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): bytes.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
        case .string(let value): Self.write(value, to: &bytes, escaping)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes, escaping)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &bytes, escaping)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes, escaping)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to bytes: inout [UInt8], _ escaping: JSONEscaping) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // Most texts need no escape at all and are copied in one piece.
            let needsEscape = utf8.contains { byte in
                byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                    || (escaping == .ascii && (byte > 0x7E || byte == UInt8(ascii: "/")))
            }
            if needsEscape {
                for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars { write(scalar, to: &bytes, escaping) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func write(_ scalar: Unicode.Scalar, to bytes: inout [UInt8], _ escaping: JSONEscaping) {
        switch scalar {
        case "\"": bytes.append(contentsOf: "\\\"".utf8)
        case "\\": bytes.append(contentsOf: "\\\\".utf8)
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case "/" where escaping == .ascii: bytes.append(contentsOf: "\\/".utf8)
        default:
            if scalar.value < 0x20 || (escaping == .ascii && scalar.value > 0x7E) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    bytes.append(contentsOf: "\\u".utf8)
                    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.count))
                    bytes.append(contentsOf: digits.utf8)
                }
            } else {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }
}
