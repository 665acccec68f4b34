/// Whom a text calls by `@` and their name, as it is written in the workspace: `@Ana Ruiz`, `@Support`. Small and capital letters are the same.
package struct Mentions: Sendable, Equatable {
    package enum Target: Sendable, Hashable {
        case person(Identifier<Account>)
        case team(Identifier<Team>)
    }

    /// One name that can be called. Two people of the same name are both called by it.
    package struct Name: Sendable {
        package let text: String
        package let target: Target

        package init(_ text: String, _ target: Target) { (self.text, self.target) = (text, target) }
    }

    package let targets: Set<Target>

    /// An `@` inside a word is an address, and calls nobody. Of several names that fit, the longest is meant.
    package init(in text: String, among names: [Name]) {
        guard text.contains("@") else {
            targets = []
            return
        }
        // By length, so that "Ana Ruiz" comes before "Ana".
        let keys = Dictionary(grouping: names) { Array($0.text.lowercased()) }.filter { !$0.key.isEmpty }
            .sorted { $0.key.count > $1.key.count }
        let letters = Array(text.lowercased())
        var found: Set<Target> = []
        var index = 0
        while index < letters.count {
            defer { index += 1 }
            guard letters[index] == "@", index == 0 || !Self.isWord(letters[index - 1]) else { continue }
            let rest = letters[(index + 1)...]
            guard let match = keys.first(where: { rest.starts(with: $0.key) && Self.ends(after: $0.key.count, rest) }) else { continue }
            found.formUnion(match.value.map(\.target))
            index += match.key.count
        }
        targets = found
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private static func ends(after count: Int, _ rest: ArraySlice<Character>) -> Bool {
        let next = rest.startIndex + count
        return next == rest.endIndex || !isWord(rest[next])
    }
}
