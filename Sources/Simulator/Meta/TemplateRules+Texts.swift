/// Header, body and footer.
extension TemplateRules {
    static let headerLimit = 60
    static let bodyLimit = 1_024
    static let footerLimit = 60

    /// A part with a text: the platform has a code for each.
    enum Part: Int {
        case header = 2_388_047
        case body = 2_388_072
        case footer = 2_388_073

        func refusal(_ title: String, _ text: String) -> GraphError { .template(rawValue, title, text) }
    }

    static func checkHeader(_ header: JSON, _ format: String) throws(GraphError) {
        let part = Part.header
        switch header["format"]?.string?.uppercased() {
        case "TEXT":
            guard let text = header["text"]?.string?.visible else { throw part.refusal("Header missing", "A header needs a text.") }
            guard text.unicodeScalars.count <= headerLimit else { throw tooLong("A header has at most \(headerLimit) characters.") }
            guard !text.contains(where: \.isNewline) else { throw part.refusal("Header not valid", "A header is a single line.") }
            for case .text(let text) in Placeholders.pieces(of: text)
            where text.unicodeScalars.contains(where: { "*_~`".unicodeScalars.contains($0) || $0.isPicture }) {
                throw part.refusal("Header not valid", "A header has no formatting and no emoji.")
            }
            let names = try variables(of: text, format, part)
            guard names.count <= 1 else { throw part.refusal("Too many variables", "A header has at most one variable.") }
            try checkExamples(header, of: names, format, part)
        case "IMAGE", "VIDEO", "DOCUMENT", "GIF":
            guard header["example"]?["header_handle"]?.array?.first?.visible != nil else {
                throw part.refusal("Example missing", "A header with media needs example.header_handle.")
            }
        case "LOCATION", "PRODUCT": break
        default: throw part.refusal("Header not valid", "The format of the header isn't known.")
        }
    }

    static func checkBody(_ body: JSON, _ format: String, limit: Int) throws(GraphError) {
        let part = Part.body
        guard let text = body["text"]?.string?.visible else { throw part.refusal("Body missing", "A body needs a text.") }
        guard text.unicodeScalars.count <= limit else { throw tooLong("This body has at most \(limit) characters.") }
        let names = try variables(of: text, format, part)
        let pieces = Placeholders.pieces(of: text.trimmingSpaces)
        for end in [pieces.first, pieces.last] {
            if case .placeholder? = end {
                throw .template(2_388_299, "Variables at the edge", "A variable may not open or close the text.")
            }
        }
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            if case .placeholder = piece, case .placeholder = next {
                throw part.refusal("Variables touch", "Two variables need text between them.")
            }
        }
        let words = pieces.reduce(0) { count, piece in
            if case .text(let text) = piece { count + text.split(whereSeparator: \.isWhitespace).count } else { count }
        }
        let variables = Set(names).count
        guard variables == 0 || words >= variables * 2 + 1 else {
            throw .template(2_388_293, "Too many variables", "The text is too short for so many variables.")
        }
        try checkExamples(body, of: names, format, part)
    }

    static func checkFooter(_ footer: JSON) throws(GraphError) {
        guard let text = footer["text"]?.string?.visible else { throw Part.footer.refusal("Footer missing", "A footer needs a text.") }
        guard text.unicodeScalars.count <= footerLimit else { throw tooLong("A footer has at most \(footerLimit) characters.") }
        guard text.range(of: "{{") == nil, text.range(of: "}}") == nil else {
            throw Part.footer.refusal("Footer not valid", "A footer has no variable.")
        }
    }

    /// The names of a text's variables, as often as they are there, once each is written as the format wants it.
    static func variables(of text: String, _ format: String, _ part: Part) throws(GraphError) -> [String] {
        var names: [String] = []
        for piece in Placeholders.pieces(of: text) {
            switch piece {
            case .text(let text):
                guard text.range(of: "{{") == nil, text.range(of: "}}") == nil else {
                    throw part.refusal("Variable not valid", "Every {{ needs its }} and the other way round.")
                }
            case .placeholder(let name): names.append(name)
            }
        }
        // A name is put between its braces as it is: with spaces around it would be another text.
        let isTight = Placeholders.fill(text, with: [:]) == text
        guard isTight, !names.contains(where: { name in name.isEmpty || name.contains { $0.isWhitespace || "#$%{}".contains($0) } }) else {
            throw part.refusal("Variable not valid", "A variable is a number or a name without spaces, braces, #, $ and %.")
        }
        if format == "NAMED" {
            guard names.allSatisfy(isName) else {
                throw part.refusal(
                    "Variable not valid", "Names of variables are lower-case letters, digits and underscores, and don't begin with a digit."
                )
            }
            guard Set(names).count == names.count else { throw part.refusal("Variable repeated", "Each name is in a text once.") }
        } else {
            guard names.allSatisfy({ name in Int(name).map { String($0) == name } == true }) else {
                throw part.refusal("Variable not valid", "Variables of a positional template are numbers.")
            }
            let numbers = Set(names.compactMap { Int($0) })
            guard numbers.sorted() == Array(1..<(numbers.count + 1)) else {
                throw part.refusal("Variables not in order", "Variables are numbered from {{1}} without gaps.")
            }
        }
        return names
    }

    private static func isName(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
            && name.unicodeScalars.first.map { !("0"..."9").contains($0) } == true
    }

    /// That each variable has an example in which there is something to see.
    private static func checkExamples(_ component: JSON, of names: [String], _ format: String, _ part: Part) throws(GraphError) {
        guard !names.isEmpty else { return }
        let (example, prefix) = (component["example"], part == .header ? "header_text" : "body_text")
        let isComplete: Bool
        if format == "NAMED" {
            let given = (example?[prefix + "_named_params"]?.array ?? []).filter { $0.visibleText("example") != nil }
            isComplete = Set(given.compactMap { $0["param_name"]?.string }) == Set(names)
        } else {
            let rows = example?[prefix]?.array ?? []
            // A body's examples are rows of a table, a header's a plain list.
            let given = part == .header ? rows : rows.first?.array ?? []
            isComplete = given.count == Set(names).count && given.allSatisfy { $0.visible != nil }
        }
        guard isComplete else { throw part.refusal("Examples missing", "Every variable needs an example, and nothing else has one.") }
    }
}

extension Unicode.Scalar {
    /// Whether it is drawn as a picture, or asks that of the character before it.
    fileprivate var isPicture: Bool { properties.isEmojiPresentation || self == "\u{FE0F}" || self == "\u{20E3}" }
}
