import Domain
import Testing

@Suite("Comma-separated values")
struct CSVTextTests {
    @Test(
        "what a spreadsheet would take for a formula is shown as it is",
        arguments: [
            ("=1+1", "'=1+1"), ("+15550100200", "'+15550100200"), ("-x", "'-x"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "\"'\rx\""),
            ("\r\nx", "\"'\r\nx\""), ("=\u{301}1", "'=\u{301}1"), ("＝1", "'＝1"), ("'=1", "''=1"), ("'tis", "'tis"), ("1-2", "1-2"),
            ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\r\nb", "\"a\r\nb\""),
            ("=HYPERLINK(\"https://evil.example\",\"x\")", "\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\""),
        ])
    func escaping(text: String, cell: String) {
        #expect(CSVText.line([text]) == cell + "\r\n")
    }

    @Test(
        "escaping is undone exactly",
        arguments: [
            "=1+1", "+15550100200", "-x", "@x", "\tx", "\rx", "\r\n=x", "'", "''", "'=1", "''=1", "'tis", "=\u{301}", "", "x", "＋1",
        ])
    func roundTrip(text: String) {
        let escaped = CSVText.escaped(text)
        #expect(Array(CSVText.unescaped(escaped).unicodeScalars) == Array(text.unicodeScalars))
        #expect(!["=", "+", "-", "@", "\t", "\r", "\n"].contains(escaped.unicodeScalars.first ?? "x"))
    }
}
