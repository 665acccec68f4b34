/// A page as its elements and texts, read more strictly than a browser would: every `<` begins a tag with quoted attributes, every `&` one of the escapes that
/// our templates write, and what is open gets closed. So whatever was chosen by others and got out of its place shows as a problem, or as one piece too many.
struct StrictHTML {
    enum Piece: Equatable {
        case open(String, attributes: [String: String])
        case close(String)
        case text(String)
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var pieces: [Piece] = []
    // By bytes: by characters, an accent behind a `<` would make another character of it.
    private let bytes: [UInt8]
    private var place = 0

    /// They have no end.
    static let empty: Set<String> = [
        "area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use", "path", "circle", "rect", "line",
    ]
    private static let escapes: [String: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'", "rsquo": "\u{2019}"]

    init(_ html: String) throws(Problem) {
        bytes = Array(html.utf8)
        var open: [String] = []
        while place < bytes.count {
            guard take("<") else {
                pieces.append(.text(try text(until: "<")))
                continue
            }
            if take("!doctype html>") { continue }
            if take("/") {
                let name = word()
                guard take(">"), open.popLast() == name else { throw problem("</\(name)> is out of place") }
                pieces.append(.close(name))
                continue
            }
            let name = word()
            guard !name.isEmpty else { throw problem("a bare <") }
            pieces.append(.open(name, attributes: try attributes(of: name)))
            if take("/>") { continue }
            guard take(">") else { throw problem("<\(name) doesn't end") }
            if !Self.empty.contains(name) { open.append(name) }
        }
        guard open.isEmpty else { throw problem("never closed: \(open)") }
    }

    private mutating func attributes(of element: String) throws(Problem) -> [String: String] {
        var attributes: [String: String] = [:]
        while place < bytes.count, bytes[place] != UInt8(ascii: ">"), bytes[place] != UInt8(ascii: "/") {
            guard take(" ") || take("\n") else { throw problem("in <\(element)") }
            let name = word()
            guard !name.isEmpty else { continue }
            guard attributes[name] == nil else { throw problem("\(name) twice in <\(element)") }
            guard take("=\"") else {
                attributes[name] = ""
                continue
            }
            attributes[name] = try text(until: "\"")
            guard take("\"") else { throw problem("\(name) of <\(element) doesn't end") }
        }
        return attributes
    }

    private mutating func text(until end: Unicode.Scalar) throws(Problem) -> String {
        let end = UInt8(ascii: end)
        var text: [UInt8] = []
        while place < bytes.count, bytes[place] != end {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "&"):
                place += 1
                let name = word(more: UInt8(ascii: "#"))
                guard take(";"), let character = Self.escapes[name] else { throw problem("a bare & before \(name)") }
                text += character.utf8
                continue
            case 0, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): throw problem("a bare \(Character(Unicode.Scalar(byte)))")
            default: text.append(byte)
            }
            place += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func word(more: UInt8 = UInt8(ascii: "-")) -> String {
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), more:
                place += 1
            default: return String(decoding: bytes[start..<place], as: UTF8.self)
            }
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[place + offset] != text.utf8Start[offset] { return false }
        place += count
        return true
    }

    private func problem(_ words: String) -> Problem {
        Problem(description: "\(words) before \(String(decoding: bytes[place..<min(place + 80, bytes.count)], as: UTF8.self))")
    }
}
