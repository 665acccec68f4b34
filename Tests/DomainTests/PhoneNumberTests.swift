import Domain
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "what people type is read, and shown in one form",
        arguments: [
            ("+15550199001", "+15550199001"),
            ("+1 (555) 019-9001", "+15550199001"),
            ("whatsapp:+1.555.019.9001", "+15550199001"),
            ("+1234567890", "+1234567890"),
            ("\u{202A}+55 21 99999-0000\u{202C}", "+5521999990000"),
        ])
    func reads(input: String, number: String) throws {
        #expect(try PhoneNumber(parsing: input).text == number)
    }

    @Test(
        "a provider's digits are read as they stand, or not at all",
        arguments: [
            ("15550199001", "+15550199001"), ("12345678", "+12345678"), ("123456789012345", "+123456789012345"),
            ("", nil), ("1234567", nil), ("1234567890123456", nil), ("05550199001", nil), ("+15550199001", nil), ("1 555 0199001", nil),
            ("1555019900x", nil),
            ("١٢٣٤٥٦٧٨", nil),
        ] as [(String, String?)])
    func providerDigits(digits: String, number: String?) {
        #expect(PhoneNumber(providerDigits: digits)?.text == number)
    }

    @Test(
        "each refusal says what is wrong",
        arguments: [
            ("", PhoneNumberProblem.empty),
            ("  ", .empty),
            ("5550199001", .plusMissing("5550199001")),
            ("+0155501990", .leadingZero("+0155501990")),
            ("+1555", .length("+1555", digits: 4)),
            ("+1555019900155501", .length("+1555019900155501", digits: 16)),
            ("+1555CALLNOW", .notDigits("+1555CALLNOW")),
            ("+١٢٣٤٥٦٧٨", .notDigits("+١٢٣٤٥٦٧٨")),
        ])
    func refuses(input: String, problem: PhoneNumberProblem) {
        #expect(throws: problem) { try PhoneNumber(parsing: input) }
        #expect(problem.detail.contains("E.164"))
    }

    @Test(
        "two ways of writing one mobile meet; a landline keeps its digits",
        arguments: [
            ("+5521999990000", "+552199990000", true),  // Brazil, mobile with and without the 9
            ("+552133334444", "+5521933334444", false),  // Brazil, a landline and what it would be with a 9
            ("+5491122334455", "+541122334455", true),  // Argentina
            ("+5215512345678", "+525512345678", true),  // Mexico
            ("+15550199001", "+15550199002", false),
        ])
    func matches(one: String, other: String, areSame: Bool) throws {
        let numbers = try (PhoneNumber(parsing: one), PhoneNumber(parsing: other))
        #expect(numbers.0.matches(numbers.1) == areSame)
        #expect(MatchKey(numbers.0).forms.contains(one))
        #expect(MatchKey(numbers.0).forms.contains(other) == areSame)
        #expect(MatchKey(numbers.0).forms.count == (areSame ? 2 : 1))
    }
}
