import Domain
import TestSupport
import Testing

@Suite("A text of others in one line")
struct LineTests {
    @Test(
        "breaks and controls become blanks, and turns go",
        arguments: [
            ("Ana", "Ana"), ("a\nb", "a b"), ("a\r\nb", "a  b"), ("a\u{2028}b\u{85}c\u{0}d", "a b c d"),
            ("a\u{202E}b\u{200F}c\u{2066}", "abc"),
            ("👩‍👩‍👧 ñ e\u{301}", "👩‍👩‍👧 ñ e\u{301}"), ("", ""),
        ])
    func plain(text: String, line: String) { #expect(Array(text.line(100).unicodeScalars) == Array(line.unicodeScalars)) }

    @Test("it ends after so many characters, and sooner when these have too many marks")
    func limits() {
        #expect(String(repeating: "ñ", count: 101).line(100) == String(repeating: "ñ", count: 100))
        #expect(("a" + String(repeating: "\u{301}", count: 10_000)).line(100).unicodeScalars.count == 400)
    }
}
