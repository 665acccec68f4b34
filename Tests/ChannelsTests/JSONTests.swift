import Domain
import Foundation
import Testing

@testable import Channels

@Suite("JSON")
struct JSONTests {
    @Test(
        "values are read exactly",
        arguments: [
            ("null", .null), ("true", .bool(true)), (" false ", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
            ("-12", .integer(-12)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("1.5", .number(1.5)), ("1e2", .number(100)), ("1E+2", .number(100)), ("25e-2", .number(0.25)), ("1e999", .string("1e999")),
            (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u4f60\ud83d\ude00""#, "é你😀"),
            (#""\u0000a\u0000""#, "a"), ("[]", []), ("{}", .object([])), (#"[1,"a",[],{}]"#, [.integer(1), "a", [], .object([])]),
            (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]), ("\u{9}[\n1\r, 2 ] ", [.integer(1), .integer(2)]),
        ] as [(String, JSONNode)])
    func reads(text: String, node: JSONNode) throws {
        #expect(try JSONParser.parse(text) == node)
    }

    @Test(
        "what isn't JSON is refused",
        arguments: [
            "", "tru", "truE", "nul", "+1", "01", "-01", ".5", "1.", "1.e2", "1e", "1e+", "--1", "0x1", "NaN", "Infinity", "'a'", "\"a",
            "\"\\", "\"\\u", "\"\\u00g0\"", "\"\\a\"",
            "[", "[1", "[1,", "[1 2]", "[,]", "[1,]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}",
            "{\"a\";1}", "1 2", "{} x", "]",
        ])
    func refuses(text: String) {
        #expect(throws: JSONSyntaxProblem.self) { try JSONParser.parse(text) }
    }

    @Test("broken text is mended: what can't be a character becomes U+FFFD")
    func mends() throws {
        #expect(try JSONParser.parse(#""\ud83d""#) == "\u{FFFD}")
        #expect(try JSONParser.parse(#""\ude00x""#) == "\u{FFFD}x")
        #expect(try JSONParser.parse(#""\ud83d\ud83d\ude00""#) == "\u{FFFD}😀")
        #expect(try JSONParser.parse(Array("\"a".utf8) + [0xFF, 0] + Array("b\"".utf8)) == "a\u{FFFD}b")
    }

    @Test("nesting is read to 64 levels and no further")
    func depth() throws {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(throws: Never.self) { try JSONParser.parse(nested(JSONParser.depthLimit)) }
        #expect(throws: JSONSyntaxProblem.tooDeep) { try JSONParser.parse(nested(JSONParser.depthLimit + 1)) }
        #expect(throws: JSONSyntaxProblem.tooDeep) { try JSONParser.parse(String(repeating: #"{"a":"#, count: 1_000_000)) }
    }

    @Test(
        "what is written is read back the same, by us and by Foundation",
        arguments: PayloadFiles.names(in: "Inbound") + ["text-zero-character.expected"])
    func roundTrip(name: String) throws {
        let node = try JSONParser.parse(PayloadFiles.bytes(name, in: "Inbound"))
        #expect(try JSONParser.parse(node.bytes) == node)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(node.bytes)) == node.value)
    }

    @Test("control characters, quotes and long numbers are written so that anyone can read them")
    func writes() throws {
        let all = String(String.UnicodeScalarView((1..<0x250).compactMap { Unicode.Scalar($0) })) + "\u{2028}\u{FFFD}😀\"\\/"
        let node: JSONNode = ["text": .string(all), "big": .integer(.max), "small": .number(1e-7), "list": [.bool(false), .null]]
        #expect(try JSONParser.parse(node.bytes) == node)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(node.bytes)) as? [String: Any])
        #expect(object["text"] as? String == all)
        #expect(object["big"] as? Int == .max)
    }
}
