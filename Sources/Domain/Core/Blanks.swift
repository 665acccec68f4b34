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
}
