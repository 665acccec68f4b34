/// One row of a file of separated values.
package struct CSVRecord: Sendable, Equatable {
    /// Where it begins, from 1, as editors count.
    package let line: Int
    package let cells: [String]
    /// What keeps it from being read.
    package let problem: CSVRecordProblem?

    package init(line: Int, cells: [String], problem: CSVRecordProblem? = nil) {
        (self.line, self.cells, self.problem) = (line, cells, problem)
    }

    package var isBlank: Bool { problem == nil && cells.allSatisfy(\.isBlank) }
}

package enum CSVRecordProblem: Sendable, Equatable {
    case quoteUnclosed, tooLong
    case tooManyCells(Int)
}

/// Reads separated values (RFC 4180) as they come, piece by piece and in bounded memory, and knows behind which byte each row ends: from there another
/// reader can go on.
///
/// A quote that never ends would swallow the rest of a file. Its line is given as one that can't be read, and the next line begins anew.
package struct CSVScanner: Sendable {
    /// Bytes of one row.
    package static let rowLimit = 65_536
    package static let columnLimit = 200

    private let separator: UInt8
    private let encoding: TextEncoding
    private var buffer: [UInt8] = []
    private var start = 0
    /// The line that the next row begins in, from 1.
    private(set) package var line: Int
    /// The byte of the file behind the last row.
    private(set) package var offset: Int

    package init(separator: UInt8, encoding: TextEncoding, line: Int = 1, offset: Int = 0) {
        (self.separator, self.encoding, self.line, self.offset) = (separator, encoding, line, offset)
    }

    package mutating func append(_ piece: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += piece
    }

    /// The next row; nil when more has to come first.
    /// - Parameter isEnd: nothing more will come.
    package mutating func next(isEnd: Bool) -> CSVRecord? {
        guard start < buffer.count else { return nil }
        let found = buffer[start...].withUnsafeBufferPointer { Self.scan($0, separator: separator, isEnd: isEnd) }
        switch found {
        case .more: return nil
        case .row(let row):
            let begin = start
            let cells = row.cells.count > Self.columnLimit ? [] : row.cells.map { text(of: $0, from: begin) }
            let record = CSVRecord(
                line: line, cells: cells, problem: row.cells.count > Self.columnLimit ? .tooManyCells(row.cells.count) : nil)
            move(by: row.length, lines: row.lines)
            return record
        case .broken(let problem):
            // Up to the end of its first line, or of what there is.
            let rest = buffer[start...]
            let end = rest.firstIndex(of: 10).map { $0 + 1 } ?? rest.endIndex
            let record = CSVRecord(line: line, cells: [encoding.text(rest[..<end].prefix(200)).trimmed], problem: problem)
            move(by: end - start, lines: 1)
            return record
        }
    }

    private mutating func move(by length: Int, lines: Int) {
        start += length
        offset += length
        line += lines
    }

    private struct Cell {
        var range: Range<Int>
        /// Whether quotes in it have to be taken out.
        var isQuoted = false
    }

    private struct Row {
        var cells: [Cell] = []
        var length = 0
        var lines = 1
    }

    private enum Found {
        case more
        case row(Row)
        case broken(CSVRecordProblem)
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, isEnd: Bool) -> Found {
        var row = Row()
        var (place, cellStart, isQuoted, isInside) = (0, 0, false, false)
        let end = min(bytes.count, rowLimit)
        while place < end {
            let byte = bytes[place]
            if isInside {
                if byte == 34 {
                    if place + 1 < bytes.count, bytes[place + 1] == 34 {
                        place += 1
                    } else if place + 1 == bytes.count, !isEnd {
                        return .more
                    } else {
                        isInside = false
                    }
                } else if byte == 10 {
                    row.lines += 1
                }
            } else if byte == 34, place == cellStart {
                (isInside, isQuoted) = (true, true)
            } else if byte == separator {
                row.cells.append(Cell(range: cellStart..<place, isQuoted: isQuoted))
                (cellStart, isQuoted) = (place + 1, false)
            } else if byte == 10 || byte == 13 {
                if byte == 13, place + 1 == bytes.count, !isEnd { return .more }
                row.cells.append(Cell(range: cellStart..<place, isQuoted: isQuoted))
                row.length = byte == 13 && place + 1 < bytes.count && bytes[place + 1] == 10 ? place + 2 : place + 1
                return .row(row)
            }
            place += 1
        }
        guard place >= rowLimit || isEnd else { return .more }
        if isInside { return .broken(.quoteUnclosed) }
        guard place < rowLimit else { return .broken(.tooLong) }
        row.cells.append(Cell(range: cellStart..<place, isQuoted: isQuoted))
        row.length = place
        return .row(row)
    }

    private func text(of cell: Cell, from begin: Int) -> String {
        let bytes = buffer[begin + cell.range.lowerBound..<begin + cell.range.upperBound]
        guard cell.isQuoted else { return encoding.text(bytes) }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var (isInside, wasQuote) = (false, false)
        for byte in bytes {
            if byte == 34 {
                // The second of two stands for one.
                if isInside, wasQuote {
                    kept.append(byte)
                    wasQuote = false
                    continue
                }
                wasQuote = isInside
                isInside = true
            } else {
                wasQuote = false
                kept.append(byte)
            }
        }
        return encoding.text(kept)
    }
}

/// What the beginning of a file tells of all of it.
package struct CSVForm: Sendable, Equatable {
    package enum Separator: UInt8, Sendable, CaseIterable {
        case comma = 0x2C
        case semicolon = 0x3B
        case tab = 0x09
        case bar = 0x7C

        package var name: String {
            switch self {
            case .comma: "comma"
            case .semicolon: "semicolon"
            case .tab: "tab"
            case .bar: "bar"
            }
        }
    }

    /// Rows that are looked at.
    package static let sampleLimit = 20

    package let separator: Separator
    /// The first rows, of which the first is the header.
    package let rows: [CSVRecord]

    /// Throws ``ImportFileProblem``.
    /// - Parameter isWhole: the beginning is all there is.
    package init(beginning bytes: [UInt8], isWhole: Bool, encoding: TextEncoding) throws(ImportFileProblem) {
        var best: (separator: Separator, rows: [CSVRecord], columns: Int, agreeing: Int)?
        for separator in Separator.allCases {
            var scanner = CSVScanner(separator: separator.rawValue, encoding: encoding)
            scanner.append(bytes)
            var rows: [CSVRecord] = []
            while rows.count < Self.sampleLimit, let row = scanner.next(isEnd: isWhole) {
                if !row.isBlank { rows.append(row) }
            }
            guard let first = rows.first else { continue }
            if case .tooManyCells(let count) = first.problem { throw .tooManyColumns(count: count) }
            let columns = first.cells.count
            let agreeing = rows.count { $0.problem == nil && $0.cells.count == columns }
            guard columns > 1 else { continue }
            if let known = best, (known.agreeing, known.columns) >= (agreeing, columns) { continue }
            best = (separator, rows, columns, agreeing)
        }
        guard let best else { throw bytes.isEmpty ? .empty : .oneColumn }
        guard best.rows.count > 1 else { throw .noRows }
        (separator, rows) = (best.separator, best.rows)
    }

    package var header: [String] { rows[0].cells }
}
