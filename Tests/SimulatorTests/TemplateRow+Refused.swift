@testable import Simulator

/// What breaks one rule each.
extension TemplateRow {
    static let refused: [TemplateRow] = [
        refusedTexts, refusedVariables, refusedButtons, refusedMarketing, refusedCodes, refusedLifetimes,
    ].flatMap(\.self)

    private static let refusedTexts: [TemplateRow] = [
        Self("empty header", [hello, header("")], because: .header),
        Self("blank header", [hello, header(" \t")], because: .header),
        Self("long header", [hello, header(long(61))], because: .length),
        Self("bold header", [hello, header("Your *order*")], because: .header),
        Self("emoji in header", [hello, header("Order 🎉")], because: .header),
        Self("sign drawn as emoji in header", [hello, header("Order ❤️")], because: .header),
        Self("header of two lines", [hello, header("Your\norder")], because: .header),
        Self("header of no known format", [hello, ["type": "HEADER", "format": "POEM"]], because: .header),
        Self("header with two variables", [hello, header("Order {{1}} of {{2}}", "A-17", "Ana")], because: .header),
        Self("header without an example", [hello, header("Order {{1}}")], because: .header),
        Self("header with a blank example", [hello, header("Order {{1}}", " ")], because: .header),
        Self(
            "header with another name's example", [hello, namedHeader("For {{who}}", [("day", "Monday")])], "UTILITY", "NAMED",
            because: .header),
        Self("picture without an example", [hello, ["type": "HEADER", "format": "IMAGE"]], because: .header),
        Self(
            "picture with a blank example", [hello, ["type": "HEADER", "format": "IMAGE", "example": ["header_handle": [""]]]],
            because: .header),
        Self("no body", [header("Hello")], because: .body),
        Self("body without a text", [["type": "BODY"]], because: .body),
        Self("blank body", [body(" \n ")], because: .body),
        Self("long body", [body(long(1_025))], because: .length),
        Self("blank footer", [hello, footer(" ")], because: .footer),
        Self("long footer", [hello, footer(long(61))], because: .length),
        Self("footer with a variable", [hello, footer("For {{1}} only")], because: .footer),
        Self("minutes below another template", [hello, expiring(10)], because: .footer),
        Self("two bodies", [hello, hello]),
        Self("unknown component", [hello, ["type": "POEM"]]),
    ]

    private static let refusedVariables: [TemplateRow] = [
        Self(
            "space in a name", [named("Hello {{first name}}, nice to see you", [("first name", "Ana")])], "UTILITY", "NAMED", because: .body
        ),
        Self("space around a number", [body("Hello {{ 1 }}, nice to see you", "Ana")], because: .body),
        Self("nothing in the braces", [body("Hello {{}}, nice to see you", "Ana")], because: .body),
        Self("unclosed", [body("Hello {{1, nice to see you", "Ana")], because: .body),
        Self("unclosed before another", [body("Hello {{1, nice {{2}} to see you", "Ana", "x")], because: .body),
        Self("unopened", [body("Hello 1}}, nice to see you", "Ana")], because: .body),
        Self("three braces", [body("Hello {{{1}}}, nice to see you", "Ana")], because: .body),
        Self("unclosed in a header", [hello, header("Order {{1", "A-17")], because: .header),
        Self("sign in a name", [named("Hello {{who#}}, nice to see you", [("who#", "Ana")])], "UTILITY", "NAMED", because: .body),
        Self("name among numbers", [body("Hello {{who}}, nice to see you", "Ana")], because: .body),
        Self("number with a zero", [body("Hello {{01}}, nice to see you", "Ana")], because: .body),
        Self("numbers from two", [body("Hello {{2}}, nice to see you", "Ana")], because: .body),
        Self("numbers with a gap", [body("Hello {{1}}, nice to see {{3}} and you", "Ana", "Mia")], because: .body),
        Self("number among names", [named("Hello {{1}}, nice to see you", [("1", "Ana")])], "UTILITY", "NAMED", because: .body),
        Self("capital in a name", [named("Hello {{Who}}, nice to see you", [("Who", "Ana")])], "UTILITY", "NAMED", because: .body),
        Self("name twice", [named("Hello {{who}}, nice to see {{who}} here again", [("who", "Ana")])], "UTILITY", "NAMED", because: .body),
        Self("at the start", [body("{{1}}, nice to see you", "Ana")], because: .edge),
        Self("at the end", [body("Nice to see you, {{1}}", "Ana")], because: .edge),
        Self("at the end but for a space", [body("Nice to see you, {{1}} ", "Ana")], because: .edge),
        Self("side by side", [body("Hello {{1}}{{2}}, nice to see you again", "Ana", "Silva")], because: .body),
        Self("too many", [body("Hello {{1}}, {{2}} there", "Ana", "x")], because: .crowded),
        Self("example missing", [body("Hello {{1}}, nice to see {{2}} and you", "Ana")], because: .body),
        Self("example blank", [body("Hello {{1}}, nice to see you", " ")], because: .body),
        Self(
            "named example missing", [named("Hello {{who}}, see you on {{day}} at noon", [("who", "Ana")])], "UTILITY", "NAMED",
            because: .body),
        Self("named example blank", [named("Hello {{who}}, nice to see you", [("who", "")])], "UTILITY", "NAMED", because: .body),
    ]

    private static let refusedButtons: [TemplateRow] = [
        Self("no button", [hello, buttons()], because: .missing),
        Self("eleven buttons", [hello, quicks(11)]),
        Self("three links", [hello, buttons(link("https://a.test"), link("https://b.test"), link("https://c.test"))]),
        Self("two telephones", [hello, buttons(phone("+15550100200"), phone("+15550100201"))]),
        Self("quick replies apart", [hello, buttons(quick(), link("https://a.test"), quick("No"))]),
        Self("unknown button", [hello, buttons(["type": "POEM", "text": "Read"])]),
        Self("blank text", [hello, buttons(quick(" "))], because: .missing),
        Self("text missing", [hello, buttons(["type": "QUICK_REPLY"])], because: .missing),
        Self("long text", [hello, buttons(quick(long(26)))], because: .length),
        Self("link without a scheme", [hello, buttons(link("shop.test/a"))]),
        Self("link of another scheme", [hello, buttons(link("ftp://shop.test"))]),
        Self("link without a host", [hello, buttons(link("https:///orders"))]),
        Self("link with a variable for a host", [hello, buttons(link("https://{{1}}", "https://a.test"))]),
        Self("link with white space", [hello, buttons(link("https://shop.test/my order"))]),
        Self("long link", [hello, buttons(link(long(1_983, after: "https://shop.test/")))], because: .length),
        Self("variable amid a link", [hello, buttons(link("https://shop.test/{{1}}/a", ["https://shop.test/1/a"]))]),
        Self("two variables in a link", [hello, buttons(link("https://shop.test/{{1}}{{1}}", ["https://shop.test/11"]))]),
        Self("name in a link", [hello, buttons(link("https://shop.test/{{order}}", ["https://shop.test/1"]))], "UTILITY", "NAMED"),
        Self("unclosed in a link", [hello, buttons(link("https://shop.test/{{1", ["https://shop.test/1"]))]),
        Self("link without an example", [hello, buttons(link("https://shop.test/{{1}}"))], because: .missing),
        Self("link with a blank example", [hello, buttons(link("https://shop.test/{{1}}", [" "]))], because: .missing),
        Self("no telephone", [hello, buttons(phone("call me"))]),
        Self("telephone with letters", [hello, buttons(phone("+1555CALLUS"))]),
        Self("long telephone", [hello, buttons(phone("+12345678901234567890"))]),
        Self("code without an example", [hello, buttons(["type": "COPY_CODE"])], because: .missing),
        Self("long code", [hello, buttons(["type": "COPY_CODE", "example": "SIXTEENCHARACTER"])], because: .length),
        Self("flow of nothing", [hello, buttons(flow())]),
        Self("flow of two", [hello, buttons(flow(("flow_id", "1"), ("flow_name", "visit")))]),
        Self("call for no time", [hello, buttons(call(0))]),
        Self("call for too long", [hello, buttons(call(43_201))]),
        Self("one-time code elsewhere", [hello, buttons(code())]),
    ]

    private static let refusedMarketing: [TemplateRow] = [
        Self("offer without a text", [hello, offer(" ")], "MARKETING", because: .missing),
        Self("offer with a long text", [hello, offer(long(17))], "MARKETING", because: .length),
        Self("offer with a long body", [body(long(601)), offer("Ends soon")], "MARKETING", because: .length),
        Self("offer with a footer", [hello, offer("Ends soon"), footer("Shop")], "MARKETING", because: .footer),
        Self("offer below a text", [header("Sale"), hello, offer("Ends soon")], "MARKETING", because: .header),
        Self("offer below a document", [media("DOCUMENT"), hello, offer("Ends soon")], "MARKETING", because: .header),
        Self("offer in another category", [hello, offer("Ends soon")]),
        Self("one card", [hello, cards(1)], "MARKETING"),
        Self("eleven cards", [hello, cards(11)], "MARKETING"),
        Self("card without a header", [hello, carousel([[hello], [hello]])], "MARKETING", because: .header),
        Self("card with a text on top", [hello, carousel([[header("A")], [header("B")]])], "MARKETING", because: .header),
        Self("card without an example", [hello, twice([["type": "HEADER", "format": "IMAGE"]])], "MARKETING", because: .header),
        Self("card with a footer", [hello, twice([media(), footer("Shop")])], "MARKETING"),
        Self("cards with other components", [hello, carousel([[media(), hello], [media()]])], "MARKETING"),
        Self("cards with other headers", [hello, carousel([[media()], [media("VIDEO")]])], "MARKETING"),
        Self(
            "cards with other buttons",
            [hello, carousel([[media(), buttons(quick())], [media(), buttons(link("https://a.test"))]])], "MARKETING"),
        Self("card with a long body", [hello, twice([media(), body(long(161))])], "MARKETING", because: .length),
        Self(
            "card without an example for its variable",
            [hello, twice([media(), body("Only {{1}} for this one")])], "MARKETING", because: .body),
        Self(
            "card with three buttons",
            [hello, twice([media(), buttons(quick("A"), quick("B"), quick("C"))])], "MARKETING"),
        Self("card with a blank button", [hello, twice([media(), buttons(quick(""))])], "MARKETING", because: .missing),
    ]

    private static let refusedCodes: [TemplateRow] = [
        Self("no button", [fixedBody], "AUTHENTICATION", because: .missing),
        Self("empty buttons", [fixedBody, buttons()], "AUTHENTICATION", because: .missing),
        Self("no body", [buttons(code())], "AUTHENTICATION", because: .body),
        Self("header", [header("Code"), fixedBody, buttons(code())], "AUTHENTICATION", because: .header),
        Self("own text", [body("Your code is {{1}}, keep it safe", "123456"), buttons(code())], "AUTHENTICATION", because: .body),
        Self("own footer", [fixedBody, footer("Shop"), buttons(code())], "AUTHENTICATION", because: .footer),
        Self("another button", [fixedBody, buttons(code(), quick())], "AUTHENTICATION"),
        Self("another button alone", [fixedBody, buttons(link("https://a.test"))], "AUTHENTICATION"),
        Self("two codes", [fixedBody, buttons(code(), code())], "AUTHENTICATION"),
        Self("cards", [fixedBody, buttons(code()), cards(2)], "AUTHENTICATION"),
        Self("unknown kind", [fixedBody, buttons(code("TELEPATHY"))], "AUTHENTICATION"),
        Self("no kind", [fixedBody, buttons(["type": "OTP"])], "AUTHENTICATION", because: .missing),
        Self("blank text", [fixedBody, buttons(code("COPY_CODE", ("text", " ")))], "AUTHENTICATION", because: .missing),
        Self("long text", [fixedBody, buttons(code("COPY_CODE", ("text", .string(long(26)))))], "AUTHENTICATION", because: .length),
        Self(
            "long text for filling in",
            [fixedBody, buttons(code("ONE_TAP", ("autofill_text", .string(long(26))), ("supported_apps", apps(1))))],
            "AUTHENTICATION", because: .length),
        Self("no minute", [fixedBody, expiring(0), buttons(code())], "AUTHENTICATION", because: .footer),
        Self("too many minutes", [fixedBody, expiring(91), buttons(code())], "AUTHENTICATION", because: .footer),
        Self("no app", [fixedBody, buttons(code("ONE_TAP"))], "AUTHENTICATION", because: .missing),
        Self("six apps", [fixedBody, buttons(code("ONE_TAP", ("supported_apps", apps(6))))], "AUTHENTICATION"),
        Self(
            "app without a package", [fixedBody, buttons(code("ONE_TAP", ("supported_apps", [["signature_hash": "K8a/AINcGX7"]])))],
            "AUTHENTICATION", because: .missing),
        Self(
            "app without a hash", [fixedBody, buttons(code("ONE_TAP", ("supported_apps", [["package_name": "com.example.app"]])))],
            "AUTHENTICATION", because: .missing),
        Self(
            "no app for zero tap", [fixedBody, buttons(code("ZERO_TAP", ("zero_tap_terms_accepted", true)))], "AUTHENTICATION",
            because: .missing),
        Self("terms not mentioned", [fixedBody, buttons(code("ZERO_TAP", ("supported_apps", apps(1))))], "AUTHENTICATION"),
        Self(
            "terms not accepted",
            [fixedBody, buttons(code("ZERO_TAP", ("supported_apps", apps(1)), ("zero_tap_terms_accepted", false)))], "AUTHENTICATION"),
    ]

    private static let refusedLifetimes: [TemplateRow] = [
        Self("code waits too little", plainCode, "AUTHENTICATION", lifetime: 29),
        Self("code waits too long", plainCode, "AUTHENTICATION", lifetime: 901),
        Self("utility waits too little", [hello], lifetime: 29),
        Self("utility waits too long", [hello], lifetime: 43_201),
        Self("marketing waits too little", [hello], "MARKETING", lifetime: 43_199),
        Self("marketing waits too long", [hello], "MARKETING", lifetime: 2_592_001),
        Self("marketing waits as long as can be", [hello], "MARKETING", lifetime: -1),
        Self("utility waits half a second", [hello], lifetime: 30.5),
    ]
}
