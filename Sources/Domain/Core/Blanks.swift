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
}
