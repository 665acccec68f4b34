extension TemplateRules {
    /// Words that have to stand beside so many variables: two for each, and one more. Meta gives no figure; this is what its reviews showed others.
    private static func leastWords(beside variables: Int) -> Int { variables * 2 + 1 }

    /// - Parameter mayTouchEdges: whether a variable may begin or end the text, as in a title.
    mutating func checkPlaceholders(_ sampled: TemplateDraft.SampledText, _ field: String, mayTouchEdges: Bool = false) {
        let place = "\(field).text"
        let pieces = Placeholders.pieces(of: sampled.text)
        checkStrayBraces(pieces, place)
        let names = Placeholders.names(in: sampled.text)
        checkSamples(sampled.samples, names, field)
        guard !names.isEmpty else { return }
        checkNames(names, pieces, place)
        for (one, next) in zip(pieces, pieces.dropFirst()) {
            guard case .variable(let first) = one, case .variable(let second) = next else { continue }
            refuse(.placeholderAdjacent, place, "Write a word between {{\(first)}} and {{\(second)}}.")
        }
        guard !mayTouchEdges else { return }
        checkEdges(sampled.text, place)
        let words = pieces.reduce(0) { count, piece in
            guard case .text(let text) = piece else { return count }
            return count + text.split(whereSeparator: \.isWhitespace).count { $0.contains { $0.isLetter || $0.isNumber } }
        }
        if words < Self.leastWords(beside: names.count) {
            refuse(.placeholderDensity, place, "The text has too many variables for its few words. Write more, or use fewer of them.")
        }
    }

    private mutating func checkStrayBraces(_ pieces: [Placeholders.Piece], _ place: String) {
        for case .text(let text) in pieces {
            guard let open = text.firstRange(of: "{{") else {
                if text.contains("}}") { refuse(.placeholderForm, place, "A variable begins with {{ and ends with }}, such as {{1}}.") }
                continue
            }
            let inside = text[open.upperBound...].prefix { $0 != "}" }
            if inside.contains(where: { "#$%".contains($0) }) {
                refuse(.placeholderSigns, place, "The name of a variable has none of the signs #, $ and %.")
            } else {
                refuse(.placeholderForm, place, "Write a variable as {{1}} or {{first_name}}, with nothing else between the braces.")
            }
        }
    }

    private mutating func checkNames(_ names: [String], _ pieces: [Placeholders.Piece], _ place: String) {
        switch draft.format {
        case .positional:
            guard names.allSatisfy({ Int($0) != nil }) else {
                return refuse(
                    .placeholderFormat, place, "In this template variables are numbers, such as {{1}}. Don't mix them with names.")
            }
            if names != (1...names.count).map(String.init) {
                refuse(.placeholderGap, place, "Number the variables {{1}}, {{2}} and so on, without a gap.")
            }
        case .named:
            let areNames = names.allSatisfy { name in
                name.utf8.first.map { (97...122).contains($0) || $0 == 95 } ?? false
                    && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            }
            guard areNames else {
                return refuse(.placeholderFormat, place, "In this template variables are names in small letters, such as {{first_name}}.")
            }
            let uses = pieces.reduce(0) { if case .variable = $1 { $0 + 1 } else { $0 } }
            if uses > names.count {
                refuse(.placeholderRepeated, place, "Each name stands once in a text. Give the second one another name.")
            }
        }
    }

    private mutating func checkEdges(_ text: String, _ place: String) {
        let pieces = Placeholders.pieces(of: text.trimmed)
        for (piece, word) in [(pieces.first, "begin"), (pieces.last, "end")] {
            guard case .variable(let name) = piece else { continue }
            refuse(
                .placeholderEdge, place,
                "The text can't \(word) with a variable. Write something \(word == "begin" ? "before" : "after") {{\(name)}}.")
        }
    }

    private mutating func checkSamples(_ samples: [String: String], _ names: [String], _ field: String) {
        for name in names where samples[name]?.isBlank ?? true {
            refuse(.sampleMissing, "\(field).samples.\(name)", "Give an example for {{\(name)}}: WhatsApp's reviewers want to see one.")
        }
        for name in samples.keys.sorted() where !names.contains(name) {
            refuse(.sampleUnknown, "\(field).samples.\(name)", "The text has no variable {{\(name.prefix(40))}}. Leave its example out.")
        }
    }
}
