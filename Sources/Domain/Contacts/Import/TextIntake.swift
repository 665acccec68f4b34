/// How the bytes of a file stand for text. UTF-16 is turned into UTF-8 as it comes, so a kept file has one of these.
package enum TextEncoding: String, Sendable, CaseIterable, Codable {
    case utf8 = "utf-8"
    /// What spreadsheets of Western Europe write; Latin-1 reads the same.
    case windows1252 = "windows-1252"

    package func text(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .utf8: String(decoding: bytes, as: UTF8.self)
        case .windows1252:
            bytes.allSatisfy { $0 < 0x80 }
                ? String(decoding: bytes, as: UTF8.self)
                : String(String.UnicodeScalarView(bytes.map { Self.scalar($0) }))
        }
    }

    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        (0x80...0x9F).contains(byte) ? Unicode.Scalar(western[Int(byte) - 0x80]) ?? "\u{FFFD}" : Unicode.Scalar(byte)
    }

    /// What stands at 80 to 9F (Unicode's mapping table CP1252.TXT, read 2026-11); the five free places keep their number.
    private static let western: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}

/// Takes a file of text in, piece by piece: tells its encoding from its bytes, turns UTF-16 into UTF-8, and refuses what is no text.
package struct TextIntake: Sendable {
    private enum Form {
        case unknown, bytes
        case utf16(bigEndian: Bool)
    }

    private var form = Form.unknown
    /// What isn't looked at yet: the first bytes, or half a character.
    private var rest: [UInt8] = []
    /// Bytes that are still to come of a UTF-8 character, and the least and most that the next may be.
    private var pending = 0
    private var (least, most): (UInt8, UInt8) = (0x80, 0xBF)
    private var high: UInt16?
    private var hasWide = false
    /// The line of the first bytes that aren't UTF-8.
    private var brokenLine: Int?
    /// The line where the last character of several bytes stands.
    private var wideLine = 0
    private(set) package var lineCount = 0

    package init() {}

    /// What is to be kept of a piece. Throws ``ImportFileProblem``.
    package mutating func take(_ piece: [UInt8]) throws(ImportFileProblem) -> [UInt8] {
        rest += piece
        if case .unknown = form {
            guard rest.count >= 4 else { return [] }
            try begin()
        }
        return try read()
    }

    /// What was still held back, and the encoding of all of it. Throws ``ImportFileProblem``.
    package mutating func finish() throws(ImportFileProblem) -> (bytes: [UInt8], encoding: TextEncoding) {
        if case .unknown = form { try begin() }
        let bytes = try read()
        if case .utf16 = form {
            guard rest.isEmpty, high == nil else { throw .notText }
            return (bytes, .utf8)
        }
        if pending > 0 { brokenLine = brokenLine ?? lineCount + 1 }
        guard let brokenLine else { return (bytes, .utf8) }
        guard !hasWide else { throw .encodingMixed(line: brokenLine, other: wideLine) }
        return (bytes, .windows1252)
    }

    private mutating func begin() throws(ImportFileProblem) {
        if rest.starts(with: [0xFF, 0xFE]) {
            form = .utf16(bigEndian: false)
            rest.removeFirst(2)
        } else if rest.starts(with: [0xFE, 0xFF]) {
            form = .utf16(bigEndian: true)
            rest.removeFirst(2)
        } else if rest.count >= 4, rest[0] != 0, rest[1] == 0, rest[2] != 0, rest[3] == 0 {
            form = .utf16(bigEndian: false)
        } else if rest.count >= 4, rest[0] == 0, rest[1] != 0, rest[2] == 0, rest[3] != 0 {
            form = .utf16(bigEndian: true)
        } else {
            if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
            form = .bytes
        }
    }

    private mutating func read() throws(ImportFileProblem) -> [UInt8] {
        if case .utf16(let bigEndian) = form { return try readUTF16(bigEndian: bigEndian) }
        let bytes = rest
        rest = []
        // Most bytes of most files are plain letters, and need one look.
        for byte in bytes {
            if byte < 0x80, pending == 0 {
                if byte < 0x20 { try check(byte) }
            } else {
                try look(byte)
            }
        }
        return bytes
    }

    private mutating func check(_ byte: UInt8) throws(ImportFileProblem) {
        switch byte {
        case 0x0A: lineCount += 1
        // Tab, the other line breaks, and what ends a text under DOS.
        case 0x09, 0x0B, 0x0C, 0x0D, 0x1A: break
        default: throw .notText
        }
    }

    /// One byte of a character of several (Unicode 16, table 3-7).
    private mutating func look(_ byte: UInt8) throws(ImportFileProblem) {
        if pending > 0 {
            if (least...most).contains(byte) {
                pending -= 1
                (least, most) = (0x80, 0xBF)
                if pending == 0 { (hasWide, wideLine) = (true, lineCount + 1) }
                return
            }
            brokenLine = brokenLine ?? lineCount + 1
            (pending, least, most) = (0, 0x80, 0xBF)
        }
        switch byte {
        case 0..<0x20: try check(byte)
        case 0x20..<0x80: break
        case 0xC2...0xDF: pending = 1
        case 0xE0: (pending, least) = (2, 0xA0)
        case 0xED: (pending, most) = (2, 0x9F)
        case 0xE1...0xEF: pending = 2
        case 0xF0: (pending, least) = (3, 0x90)
        case 0xF1...0xF3: pending = 3
        case 0xF4: (pending, most) = (3, 0x8F)
        default: brokenLine = brokenLine ?? lineCount + 1
        }
    }

    private mutating func readUTF16(bigEndian: Bool) throws(ImportFileProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rest.count)
        var place = 0
        while place + 1 < rest.count {
            let (one, two) = (UInt16(rest[place]), UInt16(rest[place + 1]))
            let unit = bigEndian ? one << 8 | two : two << 8 | one
            place += 2
            if let first = high {
                guard UTF16.isTrailSurrogate(unit) else { throw .notText }
                high = nil
                append(Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)), to: &bytes)
            } else if UTF16.isLeadSurrogate(unit) {
                high = unit
            } else {
                if unit < 0x20 { try check(UInt8(unit)) }
                guard let scalar = Unicode.Scalar(unit) else { throw .notText }
                append(scalar, to: &bytes)
            }
        }
        rest.removeFirst(place)
        return bytes
    }

    private func append(_ scalar: Unicode.Scalar?, to bytes: inout [UInt8]) {
        if let scalar { bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter }
    }
}

/// Why a whole file can't be imported.
package enum ImportFileProblem: Problem, Equatable {
    /// Bytes of a file. A million contacts with every field are about 200 MB.
    package static let byteLimit = 512 * 1_024 * 1_024

    case empty
    case tooLarge
    case notText
    case encodingMixed(line: Int, other: Int)
    case oneColumn
    case tooManyColumns(count: Int)
    case noRows

    package var kind: ProblemKind { self == .tooLarge ? .tooLarge : .invalid }

    package var code: String {
        switch self {
        case .empty: "import.file-empty"
        case .tooLarge: "import.file-too-large"
        case .notText: "import.file-not-text"
        case .encodingMixed: "import.encoding-mixed"
        case .oneColumn: "import.one-column"
        case .tooManyColumns: "import.too-many-columns"
        case .noRows: "import.no-rows"
        }
    }

    package var detail: String {
        switch self {
        case .empty: "The file is empty."
        case .tooLarge:
            "The file is larger than \(Self.byteLimit / 1_048_576) MB, the most that is taken at once. Split it into several files."
        case .notText:
            "This isn’t a file of text. Save the table as CSV in your spreadsheet program, and choose the file that it writes."
        case .encodingMixed(let line, let other):
            "The file mixes two encodings: line \(other) has characters in UTF-8, and line \(line) has others. Save it once more as CSV in UTF-8."
        case .oneColumn:
            "The file has only one column. Contacts need at least a name and a phone number, with a comma, semicolon, tab or bar between them."
        case .tooManyColumns(let count):
            "The file has \(count.grouped) columns, and \(CSVScanner.columnLimit) is the most. Leave out those that aren’t needed."
        case .noRows: "The file has a header and nothing below it."
        }
    }

    package var field: String? { "file" }
}
