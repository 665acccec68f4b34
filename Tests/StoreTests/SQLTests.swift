import Domain
import Foundation
import Testing

@testable import Store

@Suite("SQL texts")
struct SQLTests {
    @Test("values get numbered marks, in order")
    func marks() {
        let none: String? = nil
        let sql: SQL = "a = \(1) AND b = \("x") AND c = \(none) AND d = \(2.5) AND e = \(true) AND f = \([1, 2])"
        #expect(sql.text == "a = $1 AND b = $2 AND c = $3 AND d = $4 AND e = $5 AND f = $6")
        #expect(sql.values == [.integer(1), .text("x"), .null, .real(2.5), .integer(1), .bytes([1, 2])])
        #expect(sql.marks.map(\.type) == [.integer, .text, .text, .real, .integer, .bytes])
    }

    @Test("ids bind as text, instants as milliseconds")
    func idsAndDates() {
        let id = Identifier<Message>("msg_1")
        let none: Identifier<Message>? = nil
        let sql: SQL = "\(id) \(none) \(Date(timeIntervalSince1970: 1.2345))"
        #expect(sql.values == [.text("msg_1"), .null, .integer(1_235)])
    }

    @Test("lists and rows")
    func lists() {
        let sql: SQL = "IN (\(list: [.integer(1), .text("a")])) VALUES \(rows: [[.integer(2), .null], [.integer(3), .text("b")]])"
        #expect(sql.text == "IN ($1, $2) VALUES ($3, $4), ($5, $6)")
        let empty: SQL = "IN (\(list: []))"
        #expect(empty.text == "IN (NULL)")
    }

    @Test("fragments are renumbered, also past nine", arguments: [0, 1, 7, 8, 9, 95, 120])
    func fragments(before count: Int) {
        let fragment: SQL = "x = \(1) AND \(raw: "y") = \(2) OR é = \(3)"
        let first: SQL = "\(list: (0..<count).map { .integer(Int64($0)) })"
        let sql: SQL = "\(sql: first) é \(sql: fragment) AND \(sql: fragment)"
        let expected =
            (count == 0 ? "NULL" : (1...count).map { "$\($0)" }.joined(separator: ", "))
            + " é x = $\(count + 1) AND y = $\(count + 2) OR é = $\(count + 3) AND x = $\(count + 4) AND y = $\(count + 5) OR é = $\(count + 6)"
        #expect(sql.text == expected)
        #expect(sql.values.count == count + 6)
        for (index, mark) in sql.marks.enumerated() {
            #expect(
                String(decoding: Array(sql.text.utf8)[mark.offset...].prefix(1 + String(index + 1).count), as: UTF8.self) == "$\(index + 1)"
            )
        }
    }

    @Test("many values get unnamed marks on SQLite")
    func manyValues() {
        let sql: SQL = "(\(list: (1...70).map { .integer($0) })) é"
        #expect(sql.sqliteText == "(" + Array(repeating: "?", count: 70).joined(separator: ", ") + ") é")
        let few: SQL = "\(1)"
        #expect(few.sqliteText == "$1")
    }
}
