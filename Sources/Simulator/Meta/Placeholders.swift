/// The `{{…}}` of a template's text.
struct Placeholders: Sendable {
    /// Names or numbers in order of appearance, each once.
    let names: [String]

    init(in text: String) {
        var names: [String] = []
        for piece in Self.pieces(of: text) {
            if case .placeholder(let name) = piece, !names.contains(name) { names.append(name) }
        }
        self.names = names
    }

    enum Piece: Equatable {
        case text(String)
        case placeholder(String)
    }

    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.range(of: "{{"), let close = rest[open.upperBound...].range(of: "}}") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            pieces.append(.placeholder(String(rest[open.upperBound..<close.lowerBound]).trimmingSpaces))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    static func fill(_ text: String, with values: [String: String]) -> String {
        pieces(of: text).map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let name): values[name] ?? "{{\(name)}}"
            }
        }.joined()
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The first place of a short text, without Foundation.
    func range(of needle: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(needle) { return index..<self.index(index, offsetBy: needle.count) }
            formIndex(after: &index)
        }
        return nil
    }
}
