import Domain
import TestSupport
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

    @Test("a file of hostile texts is read back as they were written, and none of its cells begins a formula")
    func hostile() {
        let beginnings = ["", "=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", ",", "\"", ";"]
        let rows = HostileTexts.all.flatMap { text in beginnings.map { [$0 + text, text + $0, "end"] } }
        let read = Self.read(rows.map(CSVText.line).joined())
        #expect(read.count == rows.count)
        for (row, cells) in zip(rows, read) {
            #expect(cells.map { Array(CSVText.unescaped($0).unicodeScalars) } == row.map { Array($0.unicodeScalars) })
            for cell in cells { #expect(!Self.formulas.contains(cell.unicodeScalars.first ?? "x"), "\(cell.debugDescription)") }
        }
    }

    private static let formulas: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// The cells of each line, by a small reader of its own (RFC 4180).
    private static func read(_ file: String) -> [[String]] {
        var (rows, row, cell, isQuoted): ([[String]], [String], String, Bool) = ([], [], "", false)
        var scalars = file.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"": cell.unicodeScalars.append(scalars.removeFirst())
            case "\"" where isQuoted || cell.isEmpty: isQuoted.toggle()
            case _ where isQuoted: cell.unicodeScalars.append(scalar)
            case ",": (row, cell) = (row + [cell], "")
            case "\r" where scalars.first == "\n":
                scalars.removeFirst()
                rows.append(row + [cell])
                (row, cell) = ([], "")
            default: cell.unicodeScalars.append(scalar)
            }
        }
        return rows
    }
}
