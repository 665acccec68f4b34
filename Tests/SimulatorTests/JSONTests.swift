import Testing

@testable import Simulator

@Suite("JSON")
struct JSONTests {
    @Test(
        "what is read is written the same",
        arguments: [
            #"{"a":[1,-2.5,true,false,null,"x"],"b":{}}"#, #"[]"#, #""\"\\\n\t""#, "1795000000000", #"{"b":1,"a":2}"#,
        ])
    func roundTrip(text: String) throws {
        #expect(try JSON(parsing: text).text == text)
    }

    @Test("escapes are understood")
    func escapes() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\udc4d\/\ud83d""#).string == "é👍/\u{FFFD}")
    }

    @Test("webhooks escape what isn't ASCII, and slashes")
    func asciiEscaping() {
        #expect(String(decoding: JSON.string("é👍/\u{7F}").bytes(.ascii), as: UTF8.self) == #""\u00e9\ud83d\udc4d\/\u007f""#)
    }

    @Test(
        "what isn't JSON is refused",
        arguments: [
            "", "{", "[1,]", #"{"a"}"#, #"{"a":1,}"#, "tru", "01x", #""a"#, "\"\n\"", "1 2", #""\u12""#,
            "[" + String(repeating: "[", count: 100),
        ])
    func refusals(text: String) {
        #expect(throws: JSONProblem.self) { try JSON(parsing: text) }
    }
}
