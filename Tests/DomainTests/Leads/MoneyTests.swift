import Domain
import Testing

@Suite("Amounts of money")
struct MoneyTests {
    @Test(
        "what is typed is read in the smallest part, and written the same everywhere",
        arguments: [
            ("1250", "EUR", 125_000, "1250.00", "1,250.00 EUR"), ("1250.5", "EUR", 125_050, "1250.50", "1,250.50 EUR"),
            ("1250,50", "EUR", 125_050, "1250.50", "1,250.50 EUR"), (" 1 250 ", "EUR", 125_000, "1250.00", "1,250.00 EUR"),
            ("0.05", "USD", 5, "0.05", "0.05 USD"), ("500", "JPY", 500, "500", "500 JPY"), ("1.234", "KWD", 1_234, "1.234", "1.234 KWD"),
        ])
    func read(text: String, code: String, units: Int64, plain: String, words: String) throws {
        let money = try Money(parsing: text, in: try #require(Currency(parsing: code)))
        #expect(money.minorUnits == units)
        #expect((money.plain, money.words) == (plain, words))
        #expect(try Money(parsing: money.plain, in: money.currency) == money)
    }

    @Test("what could mean two things isn't taken", arguments: ["1.250,50", "1,250", "-5", "", ".", "5.", ".5", "five", "1e3", "٥"])
    func refused(text: String) {
        #expect(throws: LeadProblem.valueMalformed(.euro)) { try Money(parsing: text, in: .euro) }
    }

    @Test("amounts have a limit, so that sums don't overflow", arguments: ["99999999999999999", "9999999999999999999999"])
    func limit(text: String) { #expect(throws: LeadProblem.valueOutOfRange) { try Money(parsing: text, in: .euro) } }

    @Test("a currency is one of the list", arguments: [("eur", "EUR"), (" jpy ", "JPY"), ("EURO", nil), ("XXX", nil), ("", nil)])
    func currencies(text: String, code: String?) { #expect(Currency(parsing: text)?.code == code) }
}

@Suite("What is written down of leads")
struct LeadFieldsTests {
    @Test("a lead has a name, and nothing is longer than its limit")
    func limits() throws {
        #expect(throws: LeadProblem.nameEmpty) { try LeadFields(name: "  ") }
        #expect(throws: LeadProblem.fieldTooLong("name", count: 121, limit: 120)) {
            try LeadFields(name: String(repeating: "x", count: 121))
        }
        #expect(throws: LeadProblem.fieldTooLong("company", count: 121, limit: 120)) {
            try LeadFields(name: "x", company: String(repeating: "x", count: 121))
        }
        let fields = try LeadFields(name: " José  Núñez ", company: " ", description: "")
        #expect((fields.name, fields.company, fields.description) == ("José  Núñez", nil, nil))
        #expect(fields.words == ["jose", "nunez"])
        #expect(fields.sortKey == "jose  nunez")
    }

    @Test("the longest word is looked for first")
    func words() { #expect(LeadFilter.words(of: "an Souza an") == ["souza", "an"]) }

    @Test("every problem of leads and clients has a code of its own and says what to do")
    func problems() {
        let problems: [any Problem] = [
            LeadProblem.missing, LeadProblem.nameEmpty, LeadProblem.valueMalformed(.euro), LeadProblem.valueOutOfRange,
            LeadProblem.currencyUnknown, LeadProblem.contactTaken(nil), LeadProblem.contactMissing, LeadProblem.ownerMissing,
            LeadProblem.noneChosen, LeadProblem.tooManyChosen(count: 501), LeadProblem.nothingChosen, LeadProblem.converted,
            LeadListProblem.missing(.status), LeadListProblem.missing(.source), LeadListProblem.nameTaken(.status),
            LeadListProblem.lastOpen,
            LeadListProblem.replacementMissing, ClientProblem.missing, ClientProblem.contactTaken(nil), ClientProblem.contactMissing,
            ClientProblem.tooManyContacts, ClientProblem.ownerMissing,
        ]
        #expect(Set(problems.map(\.code)).count == problems.count)
        for problem in problems { #expect(problem.detail.hasSuffix("."), "\(problem.code)") }
    }
}
