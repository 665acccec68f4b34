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
        let called = CallableNames(names.map(\.text))
        let targets = Dictionary(grouping: names) { $0.text.lowercased() }
        let letters = Array(text)[...]
        self.targets = letters.indices.reduce(into: []) { found, index in
            guard let name = called.name(calledAt: index, in: letters) else { return }
            found.formUnion((targets[String(name).lowercased()] ?? []).map(\.target))
        }
    }
}

/// Names that a text can call by `@`.
package struct CallableNames: Sendable {
    /// The letters of each, the longest first, so that "Ana Ruiz" comes before "Ana".
    private let names: [[String]]

    package init(_ names: [String]) {
        self.names = names.map { name in name.map { $0.lowercased() } }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// As it is written there, the name that an `@` at this place calls; nil when there is no `@`, or it calls nobody.
    package func name(calledAt index: Int, in text: ArraySlice<Character>) -> ArraySlice<Character>? {
        guard text[index] == "@", index == text.startIndex || !Self.isWord(text[index - 1]) else { return nil }
        let rest = text[(index + 1)...]
        for name in names where rest.count >= name.count {
            let end = rest.startIndex + name.count
            guard end == rest.endIndex || !Self.isWord(rest[end]) else { continue }
            if zip(rest, name).allSatisfy({ $0.lowercased() == $1 }) { return rest[..<end] }
        }
        return nil
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
