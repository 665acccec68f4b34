import Domain
import Testing

@Suite("Files of contacts")
struct CSVScannerTests {
    private static func read(_ text: [UInt8], separator: CSVForm.Separator = .comma, piece: Int, encoding: TextEncoding = .utf8)
        -> [CSVRecord]
    {
        var scanner = CSVScanner(separator: separator.rawValue, encoding: encoding)
        var records: [CSVRecord] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            scanner.append(Array(text[start..<min(text.count, start + piece)]))
            while let record = scanner.next(isEnd: false) { records.append(record) }
        }
        while let record = scanner.next(isEnd: true) { records.append(record) }
        return records
    }

    static let texts: [(String, [[String]])] = [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        ("\"a,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",d", [["a,1", "say \"hi\""], ["two\nlines", "d"]]),
        ("\"\",\"\"\"\"\n", [["", "\""]]),
        ("it is 5\" wide,b\n", [["it is 5\" wide", "b"]]),
        ("\"a\" b,c\n", [["a b", "c"]]),
        (",\n\n,", [["", ""], [""], ["", ""]]),
        ("José,São Paulo\nعلي,القاهرة", [["José", "São Paulo"], ["علي", "القاهرة"]]),
    ]

    @Test(
        "rows are read the same in whatever pieces they come",
        arguments: texts)
    func rows(text: String, expected: [[String]]) {
        for piece in [1, 2, 3, 7, 1_000] {
            let records = Self.read(Array(text.utf8), piece: piece)
            #expect(records.map(\.cells) == expected, "\(piece)")
            #expect(records.allSatisfy { $0.problem == nil })
        }
    }

    @Test("another reader goes on behind any row")
    func offsets() {
        let text = Array("name,phone\n\"two\nlines\",1\r\nb,2\rc,3".utf8)
        let whole = Self.read(text, piece: 5)
        #expect(whole.map(\.line) == [1, 2, 4, 5])
        var scanner = CSVScanner(separator: 0x2C, encoding: .utf8)
        scanner.append(text)
        var count = 0
        while scanner.next(isEnd: true) != nil {
            count += 1
            var other = CSVScanner(separator: 0x2C, encoding: .utf8, line: scanner.line, offset: scanner.offset)
            other.append(Array(text[scanner.offset...]))
            var rest: [[String]] = []
            while let record = other.next(isEnd: true) { rest.append(record.cells) }
            #expect(rest == whole.dropFirst(count).map(\.cells))
            #expect(other.offset == text.count)
        }
    }

    @Test("a quote that never closes costs its line, and no other")
    func unclosed() {
        let good = (0..<20_000).map { "n\($0),+1555" }.joined(separator: "\n")
        for piece in [4_096, 1_000_000] {
            let records = Self.read(Array("a,b\n\"oops,1\nc,d\n\(good)\n".utf8), piece: piece)
            #expect(records[1].problem == .quoteUnclosed)
            #expect(records[2].cells == ["c", "d"])
            #expect(records.count == 20_003)
        }
        let atEnd = Self.read(Array("a,b\nc,d\n\"x,y".utf8), piece: 3)
        #expect(atEnd.map(\.problem) == [nil, nil, .quoteUnclosed])
    }

    @Test("a row has its limits")
    func limits() {
        let long = Self.read(Array(("a,b\n" + String(repeating: "x", count: CSVScanner.rowLimit + 5) + "\nc,d\n").utf8), piece: 4_096)
        #expect(long.map(\.problem) == [nil, .tooLong, nil])
        let wide = Self.read(Array((String(repeating: ",", count: 9_999) + "\na,b\n").utf8), piece: 4_096)
        #expect(wide.map(\.problem) == [.tooManyCells(10_000), nil])
    }

    @Test(
        "the separator is told from the rows",
        arguments: [
            ("name,phone\nA,1\n", CSVForm.Separator.comma), ("name;phone\nA, B;1\n", .semicolon), ("name\tphone\nA\t1\n", .tab),
            ("name|phone\nA|1\n", .bar), ("name;phone;note\nA;1;x, y, z\nB;2;one\n", .semicolon),
        ])
    func separators(text: String, separator: CSVForm.Separator) throws {
        #expect(try CSVForm(beginning: Array(text.utf8), isWhole: true, encoding: .utf8).separator == separator)
    }

    // MARK: Encodings

    private static func take(_ bytes: [UInt8], piece: Int) throws -> (text: String, encoding: TextEncoding) {
        var intake = TextIntake()
        var kept: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            kept += try intake.take(Array(bytes[start..<min(bytes.count, start + piece)]))
        }
        let (rest, encoding) = try intake.finish()
        return (encoding.text(kept + rest), encoding)
    }

    private static let words = "name,phone\nJosé €,1\n🙂,2\n"

    @Test("each encoding is told from its bytes, in whatever pieces they come", arguments: [1, 2, 3, 5, 100])
    func encodings(piece: Int) throws {
        let utf16 = Array(Self.words.utf16)
        let little = utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for bytes in [
            Array(Self.words.utf8), [0xEF, 0xBB, 0xBF] + Array(Self.words.utf8), [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big,
        ] {
            let (text, encoding) = try Self.take(bytes, piece: piece)
            #expect((text, encoding) == (Self.words, .utf8))
        }
        let western = Array("name,phone\nJos".utf8) + [0xE9, 0x20, 0x80] + Array(",1\n".utf8)
        let (text, encoding) = try Self.take(western, piece: piece)
        #expect((text, encoding) == ("name,phone\nJosé €,1\n", .windows1252))
    }

    private static let mixed: [UInt8] = Array("a,b\nJosé,1\nJos".utf8) + [0xE9, 0x2C, 0x32, 0x0A]
    private static let wide: String = String(repeating: "x,", count: 9_999) + "x\n1,2\n"
    static let wrongFiles: [([UInt8], ImportFileProblem)] = [
        ([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00], .notText), (mixed, .encodingMixed(line: 3, other: 2)),
        (Array("phone\n1\n2\n".utf8), .oneColumn), (Array(wide.utf8), .tooManyColumns(count: 10_000)),
        (Array("name,phone\n".utf8), .noRows),
    ]

    @Test(
        "what is no table is refused with a sentence",
        arguments: wrongFiles)
    func refused(bytes: [UInt8], problem: ImportFileProblem) {
        #expect(throws: problem) {
            var intake = TextIntake()
            let kept = try intake.take(bytes)
            let (rest, encoding) = try intake.finish()
            _ = try CSVForm(beginning: kept + rest, isWhole: true, encoding: encoding)
        }
        #expect(problem.detail.hasSuffix("."))
    }

    // MARK: Rows as contacts

    private static func row(_ cells: [String], region: String? = nil) -> ImportRow {
        ImportReader(columns: .fixed, region: region, numbers: PhoneNumbersTests.numbers).read(CSVRecord(line: 2, cells: cells))
    }

    @Test(
        "a number is read as people and programs write it",
        arguments: [
            ("+55 11 99123-4567", nil, "+5511991234567"), ("0055 11 99123-4567", nil, "+5511991234567"),
            ("5511991234567", nil, "+5511991234567"), ("(11) 99123-4567", "BR", "+5511991234567"),
            ("0151 23456789", "DE", "+4915123456789"), ("'+5511991234567", nil, "+5511991234567"),
        ] as [(String, String?, String)])
    func numbers(text: String, region: String?, expected: String) throws {
        guard case .contact(let number, let fields) = Self.row(["Ana", text], region: region) else {
            Issue.record("\(Self.row(["Ana", text], region: region))")
            return
        }
        #expect((number.text, fields.name) == (expected, "Ana"))
    }

    @Test(
        "a row that can't be a contact says why",
        arguments: [
            (["Ana"], "phone-missing"), (["Ana", " "], "phone-missing"), (["Ana", "call me"], "phone-unreadable"),
            (["Ana", "5.51199E+12"], "phone-shortened"), (["Ana", "+5511"], "phone-unreadable"),
            (["Ana", "+15551234"], "phone-impossible"), ([String(repeating: "x", count: 201), "+5511991234567"], "field-too-long"),
        ])
    func refusals(cells: [String], code: String) {
        guard case .refused(let refusal) = Self.row(cells) else {
            Issue.record("\(cells)")
            return
        }
        #expect(refusal.code == code)
        #expect(refusal.detail.hasSuffix("."))
    }

    @Test("what was exported so that it is no formula comes back as it was", arguments: ["=1+1", "-x", "@x", "'=1", "'", "plain", "\t=a"])
    func formulas(text: String) {
        guard case .contact(_, let fields) = Self.row([CSVText.escaped(text), "+5511991234567", CSVText.escaped(text)]) else {
            Issue.record("\(text)")
            return
        }
        #expect(fields.company == text.trimmed)
    }

    @Test("columns are told from their titles")
    func columns() throws {
        let fixed = ContactField.allCases.map(\.rawValue)
        #expect(ImportColumns(guessing: fixed) == .fixed)
        #expect(ImportColumns(guessing: ["Telefon", "Nome", "?", "Phone"]).fields == [.phone, .name, nil, nil])
        #expect(ImportColumns(guessing: ["x", "y", "z"]).fields == [.name, .phone, .company])
        #expect(throws: ContactImportProblem.phoneColumnMissing) { try ImportColumns([.name, nil]) }
        #expect(throws: ContactImportProblem.columnTwice(.name)) { try ImportColumns([.name, .phone, .name]) }
    }
}

@Suite("Numbers that reach one person")
struct PhoneMatchingTests {
    /// Brazil: mobile numbers got a 9 in front from 2012 to 2016 (Anatel); fixed ones begin with 2 to 5 and got none. Argentina: 9 behind 54 for mobiles from
    /// abroad (ENACOM). Mexico: the 1 behind 52 for mobiles ended in 2019 (IFT). Italy, Germany and the United States write a number in one way.
    @Test(
        "they agree with the numbering plans",
        arguments: [
            ("+5511991234567", "+551191234567", true), ("+5585987654321", "+558587654321", true),
            ("+551133334444", "+5511933334444", false),
            ("+556132345678", "+556132345678", true), ("+5511991234567", "+5521991234567", false),
            ("+5491123456789", "+541123456789", true), ("+5493511234567", "+543511234567", true), ("+541143211234", "+541143211235", false),
            ("+5215512345678", "+525512345678", true), ("+5218112345678", "+528112345678", true), ("+525512345678", "+525512345679", false),
            ("+393471234567", "+393471234567", true), ("+390612345678", "+39612345678", false), ("+393331234567", "+390331234567", false),
            ("+4915123456789", "+4915123456789", true), ("+493012345678", "+4930012345678", false),
            ("+49891234567", "+498912345670", false),
            ("+12125550123", "+12125550123", true), ("+12125550123", "+13105550123", false),
        ])
    func plans(one: String, other: String, areSame: Bool) throws {
        #expect((MatchKey(try PhoneNumber(parsing: one)) == MatchKey(try PhoneNumber(parsing: other))) == areSame)
    }
}
