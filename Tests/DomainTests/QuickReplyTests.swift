import Domain
import Testing

@Suite("Quick replies")
struct QuickReplyTests {
    @Test(
        "a shortcut is small, and a slash and capitals are forgiven",
        arguments: [
            ("hours", "hours"), ("/Hours", "hours"), (" öffnung-2 ", "öffnung-2"), ("9_to_5", "9_to_5"), ("", nil), ("/", nil), ("-a", nil),
            ("two words", nil), ("a/b", nil), ("a\u{0}", nil), ("a\u{202E}b", nil), (String(repeating: "a", count: 33), nil),
            ("a" + String(repeating: "\u{301}", count: 100), nil),
        ] as [(String, String?)])
    func shortcuts(text: String, expected: String?) {
        #expect((try? Shortcut(parsing: text))?.text == expected)
    }

    private static let values: [QuickReplyText.Placeholder: String] = [.contactName: "Ana {agent.name}", .workspaceName: "Acme"]

    @Test(
        "places are filled, once, with their own words where nothing is known",
        arguments: [
            ("Hello {contact.name}", "Hello Ana {agent.name}", []),
            ("{contact.name}{workspace.name}", "Ana {agent.name}Acme", []),
            ("Hello {contact.firstName|there}.", "Hello there.", []),
            ("Hello {contact.firstName|}!", "Hello !", []),
            ("{ contact.name | you }", "Ana {agent.name}", []),
            (
                "{contact.firstName} and {agent.name} and {contact.firstName}",
                "{contact.firstName} and {agent.name} and {contact.firstName}", [.contactFirstName, .agentName]
            ),
            ("A set: {}, {1}, { \"a\": 2 }, }{", "A set: {}, {1}, { \"a\": 2 }, }{", []),
        ] as [(String, String, [QuickReplyText.Placeholder])])
    func filling(source: String, text: String, missing: [QuickReplyText.Placeholder]) throws {
        let filled = try QuickReplyText(parsing: source).filled(Self.values)
        #expect(filled == .init(text: text, missing: missing))
    }

    @Test(
        "what isn't a placeholder is refused by its name",
        arguments: [
            ("{name}", .placeholderUnknown("name")), ("Hi {contact.nme|x}", .placeholderUnknown("contact.nme")),
            ("{a: 1}", .placeholderUnknown("a: 1")), ("Hi {contact.name", .placeholderMalformed("{contact.name")),
            ("{{contact.name}}", .placeholderMalformed("{contact.name")), ("{contact.name|{x}}", .placeholderMalformed("{contact.name|")),
            (" \n", .textEmpty), (String(repeating: "x", count: 4_097), .textTooLong(count: 4_097)),
        ] as [(String, QuickReplyProblem)])
    func refusals(source: String, problem: QuickReplyProblem) {
        #expect(throws: problem) { try QuickReplyText(parsing: source) }
        if case .placeholderUnknown(let name) = problem {
            #expect(problem.detail.contains("{\(name)}") && problem.detail.contains("{contact.firstName}"))
        }
    }

    @Test("values come in one line, not too long, and a number is nobody's first name")
    func values() throws {
        func values(_ name: String?, agent: String? = nil) -> [QuickReplyText.Placeholder: String] {
            .init(
                contact: Contact(id: Identifier("con_1"), name: name, phoneNumber: nil, username: nil, businessScopedID: nil),
                agentName: agent, workspaceName: "Acme Shop")
        }
        let known = values("  María\n del Mar ", agent: "Kim Lee")
        #expect(known[.contactName] == "María del Mar")
        #expect((known[.contactFirstName], known[.agentFirstName], known[.contactNumber]) == ("María", "Kim", nil))
        #expect(values("+49 151 2345")[.contactFirstName] == nil)
        #expect(values(" ")[.contactName] == nil)
        #expect(values(String(repeating: "x", count: 5_000))[.contactName]?.count == 100)
    }
}
