extension StringProtocol {
    /// Without white space at either end.
    package var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// Without any white space, such as the line breaks that come along when a key is copied.
    package var withoutBlanks: String { String(filter { !$0.isWhitespace } as [Character]) }

    /// Whether there is nothing to see.
    package var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// Without the invisible signs that turn the direction of writing: for where nothing keeps a text apart from what follows it.
    package var withoutTurns: String { String(String.UnicodeScalarView(unicodeScalars.filter { !$0.properties.isBidiControl })) }

    /// At most so many characters of it in one line, for where others' programs show it: no break, no control, nothing that turns what follows. A character may
    /// have endless marks, so these are counted, too.
    package func line(_ limit: Int) -> String {
        let scalars = withoutTurns.unicodeScalars.prefix(limit * 4).map { (scalar: Unicode.Scalar) -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        return String(String(String.UnicodeScalarView(scalars)).prefix(limit))
    }
}
