/// Lines of comma-separated values (RFC 4180), as spreadsheets and programs read them.
package enum CSVText {
    /// Stands before everything, so that spreadsheets read the file as UTF-8.
    package static let mark = "\u{FEFF}"

    /// One line with its end.
    package static func line(_ cells: [String]) -> String {
        cells.map { quoted(escaped($0)) }.joined(separator: ",") + "\r\n"
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe in front, with which it is shown as it is; so does one that looks as if it
    /// had one already, or it would lose it on its way back.
    package static func escaped(_ text: String) -> String { isFormula(text) ? "'\(text)" : text }

    /// What ``escaped(_:)`` was given.
    package static func unescaped(_ cell: String) -> String {
        cell.unicodeScalars.first == apostrophe && isFormula(cell)
            ? String(String.UnicodeScalarView(cell.unicodeScalars.dropFirst())) : cell
    }

    private static let apostrophe: Unicode.Scalar = "'"

    /// With what a formula begins (OWASP, "CSV Injection", read 2026-11): by scalars, since an accent would make another character of it. The wide forms are
    /// taken for the narrow ones in places.
    private static let beginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    private static func isFormula(_ text: String) -> Bool {
        text.unicodeScalars.first { $0 != apostrophe }.map(beginnings.contains) ?? false
    }

    private static func quoted(_ cell: String) -> String {
        // By bytes: a line break of two of them is one character.
        let needsQuotes = cell.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
        guard needsQuotes else { return cell }
        var scalars = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { scalars.append(scalar) }
            scalars.append(scalar)
        }
        scalars.append("\"")
        return String(scalars)
    }
}
