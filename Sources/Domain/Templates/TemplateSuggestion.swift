/// What a variable probably stands for, so that most of a form is filled in when it opens.
package struct TemplateSuggestion: Sendable {
    private let contactName: String?
    private let agentName: String?

    /// - Parameters:
    ///   - contactName: as the customer calls themself; nil when that isn't known, since a number is no way to greet anybody.
    ///   - agentName: of whoever writes.
    package init(contactName: String?, agentName: String?) {
        (self.contactName, self.agentName) = (contactName?.oneLine, agentName?.oneLine)
    }

    /// Empty when nobody can know.
    package func value(for variable: TemplateVariable) -> String {
        guard variable.kind == .text else { return "" }
        let name = variable.name.lowercased()
        let words = Set(name.split(separator: "_").map(String.init))
        if !words.isDisjoint(with: Self.agentWords) { return part(of: agentName, words) }
        if !words.isDisjoint(with: Self.nameWords), words.isDisjoint(with: Self.thingWords) { return part(of: contactName, words) }
        // A bare number says nothing; what stands before it may.
        guard Int(name) != nil else { return "" }
        let before = variable.before.lowercased().split { !$0.isLetter && $0 != "'" && $0 != "’" }.map(String.init)
        if let last = before.last, Self.greetings.contains(last) { return contactName?.firstWord ?? "" }
        let end = before.suffix(2).joined(separator: " ")
        if Self.introductions.contains(where: { end == $0 || end.hasSuffix(" \($0)") }) { return agentName?.firstWord ?? "" }
        return ""
    }

    /// All of a name, or its first word; the last of it nobody can tell.
    private func part(of name: String?, _ words: Set<String>) -> String {
        guard let name, words.isDisjoint(with: Self.lastWords) else { return "" }
        return words.isDisjoint(with: Self.firstWords) ? name : name.firstWord
    }

    private static let agentWords: Set<String> = ["agent", "advisor", "adviser", "asesor", "agente", "atendente", "colleague", "employee"]
    private static let nameWords: Set<String> = [
        "name", "nombre", "nome", "nom", "naam", "vorname", "customer", "client", "cliente", "firstname", "username",
    ]
    /// A name of these isn't a person's.
    private static let thingWords: Set<String> = [
        "product", "company", "shop", "store", "business", "event", "service", "item", "file", "order", "number", "id", "phone", "email",
        "producto", "empresa", "tienda", "produto", "loja",
    ]
    private static let firstWords: Set<String> = ["first", "firstname", "vorname", "nombre", "nome"]
    private static let lastWords: Set<String> = ["last", "apellido", "sobrenome", "surname"]
    private static let greetings: Set<String> = [
        "hi", "hello", "hey", "dear", "hola", "estimado", "estimada", "querido", "querida", "olá", "oi", "bonjour", "salut", "ciao",
        "hallo", "liebe", "lieber", "hej", "welcome", "bienvenido", "bienvenida", "thanks", "gracias",
    ]
    private static let introductions = ["i'm", "i’m", "i am", "this is", "soy", "sou", "ich bin", "je suis"]
}

extension String {
    fileprivate var oneLine: String? {
        let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 }).split(separator: " ").joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    fileprivate var firstWord: String { split(separator: " ").first.map(String.init) ?? self }
}
