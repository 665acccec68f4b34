/// What a variable probably stands for, so that most of a form is filled in when it opens.
package enum TemplateSuggestion {
    /// Nil when nobody can know.
    package static func field(for variable: TemplateVariable) -> MergeField.Known? {
        guard variable.kind == .text else { return nil }
        let name = variable.name.lowercased()
        let words = Set(name.split(separator: "_").map(String.init))
        if !words.isDisjoint(with: agentWords) { return part(of: (.agentName, .agentFirstName), words) }
        if !words.isDisjoint(with: nameWords), words.isDisjoint(with: thingWords) {
            return part(of: (.contactName, .contactFirstName), words)
        }
        // A bare number says nothing; what stands before it may.
        guard Int(name) != nil else { return nil }
        let before = variable.before.lowercased().split { !$0.isLetter && $0 != "'" && $0 != "’" }.map(String.init)
        if let last = before.last, greetings.contains(last) { return .contactFirstName }
        let end = before.suffix(2).joined(separator: " ")
        return introductions.contains { end == $0 || end.hasSuffix(" \($0)") } ? .agentFirstName : nil
    }

    /// All of a name, or its first word; the last of it nobody can tell.
    private static func part(of name: (all: MergeField.Known, first: MergeField.Known), _ words: Set<String>) -> MergeField.Known? {
        guard words.isDisjoint(with: lastWords) else { return nil }
        return words.isDisjoint(with: firstWords) ? name.all : name.first
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
