@testable import Simulator

/// What keeps the rules, much of it just so.
extension TemplateRow {
    private static let longest = String(repeating: "é", count: 60)

    static let taken: [TemplateRow] = [
        Self("header at its limit", [hello, header(longest)]),
        Self("header with signs", [hello, header("Order #1: 100 % © Shop")]),
        Self("named variable in a header", [hello, namedHeader("For {{first_name}}", [("first_name", "Ana")])], "UTILITY", "NAMED"),
        Self("header that opens with a variable", [hello, header("{{1}}", "A-17")]),
        Self("place on top", [hello, ["type": "HEADER", "format": "LOCATION"]]),
        Self("document on top", [hello, media("document")]),
        Self("body at its limit", [body(long(1_024))]),
        Self("body with emoji, formatting and lines", [body("*Hello* 🎉\n\nnice to see you")]),
        Self("single braces", [body("Hello {you}, nice to see } and {")]),
        Self("numbers out of order and again", [body("Hello {{2}}, nice to see {{1}} and {{2}} here", "Ana", "Mia")]),
        Self("full stop behind a variable", [body("It is nice to see you, {{1}}.", "Ana")]),
        Self("as many variables as can be", [body("Hello {{1}}, nice to {{2}} see", "Ana", "x")]),
        Self("names with digits", [named("Hello {{line_2}}, nice to see you", [("line_2", "Ana")])], "UTILITY", "NAMED"),
        Self("footer at its limit", [hello, footer(longest)]),
        Self("ten quick replies", [hello, quicks(10)]),
        Self("button text at its limit", [hello, buttons(quick(long(25)))]),
        Self("link at its limit", [hello, buttons(link(long(1_982, after: "https://shop.test/")))]),
        Self("example of a link as a text", [hello, buttons(link("HTTP://shop.test:80?a={{1}}", "http://shop.test:80?a=1"))]),
        Self(
            "links beside a named body", [named("Hi {{who}}, see you", [("who", "Ana")]), buttons(link("https://a.test/{{1}}", ["x"]))],
            "UTILITY", "NAMED"),
        Self("telephone at its limit", [hello, buttons(phone("+1 (555) 010-0200-12"))]),
        Self("telephone as a number", [hello, buttons(phone(15_550_100_200))]),
        Self("code at its limit", [hello, buttons(["type": "COPY_CODE", "example": "FIFTEENCHARACTE"])], "MARKETING"),
        Self("flow by id", [hello, buttons(flow(("flow_id", "1"), ("flow_name", .null)))]),
        Self("flow by name", [hello, buttons(flow(("flow_name", "visit")))]),
        Self("flow in full", [hello, buttons(flow(("flow_json", "{}")))]),
        Self("call without a time", [hello, buttons(call(nil))]),
        Self("call for the shortest time", [hello, buttons(call(1))]),
        Self("call for the longest time", [hello, buttons(call(43_200))]),
        Self("buttons with texts of their own", [hello, buttons(["type": "REQUEST_CONTACT_INFO"], ["type": "CATALOG", "text": "View"])]),
        Self("offer at its limits", [media("VIDEO"), body(long(600)), offer(long(16))], "MARKETING"),
        Self("offer without a header", [hello, offer("Ends soon")], "MARKETING"),
        Self("two cards", [hello, cards(2)], "MARKETING"),
        Self("ten cards", [hello, cards(10)], "MARKETING"),
        Self(
            "cards at their limits",
            [
                hello,
                twice([media("VIDEO"), body(long(160)), buttons(quick(), link("https://a.test"))]),
            ], "MARKETING"),
        Self(
            "cards of a catalogue", [hello, twice([["type": "HEADER", "format": "PRODUCT"], buttons(["type": "SPM", "text": "View"])])],
            "MARKETING"),
        Self("code to copy", plainCode, "AUTHENTICATION"),
        Self("code with a footer that says no time", [fixedBody, ["type": "FOOTER"], buttons(code())], "AUTHENTICATION"),
        Self("code for a minute", [["type": "BODY"], expiring(1), buttons(code("copy_code", ("text", "Copy code")))], "AUTHENTICATION"),
        Self("code for ninety minutes", [fixedBody, expiring(90), buttons(code())], "AUTHENTICATION"),
        Self(
            "code filled in by a tap",
            [fixedBody, buttons(code("ONE_TAP", ("autofill_text", .string(long(25))), ("supported_apps", apps(1))))],
            "AUTHENTICATION"),
        Self(
            "code filled in by itself",
            [fixedBody, buttons(code("ZERO_TAP", ("supported_apps", apps(5)), ("zero_tap_terms_accepted", true)))], "AUTHENTICATION"),
        Self("code that waits shortest", plainCode, "AUTHENTICATION", lifetime: 30),
        Self("code that waits longest", plainCode, "AUTHENTICATION", lifetime: 900),
        Self("code that waits 30 days", plainCode, "AUTHENTICATION", lifetime: -1),
        Self("utility that waits shortest", [hello], lifetime: 30),
        Self("utility that waits longest", [hello], lifetime: 43_200),
        Self("utility that waits 30 days", [hello], lifetime: "-1"),
        Self("marketing that waits shortest", [hello], "MARKETING", lifetime: 43_200),
        Self("marketing that waits longest", [hello], "MARKETING", lifetime: 2_592_000),
    ]
}
