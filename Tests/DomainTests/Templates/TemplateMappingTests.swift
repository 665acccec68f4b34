import Domain
import Foundation
import Testing

@Suite("What a template's variables stand for")
struct TemplateMappingTests {
    private static let order = #"[{"type":"BODY","text":"Hi {{1}}, order {{2}} of {{3}} costs {{4}}"}]"#

    private static func field(_ text: String, _ fallback: String = "there", _ format: MergeFormat? = nil) throws -> MappedVariable {
        .field(try #require(MergeField(parsing: text)), fallback: fallback, format: format)
    }

    @Test("known facts stand in their places, and fallbacks where nothing is known")
    func values() throws {
        let mapping = TemplateMapping([
            "body.1": try Self.field("contact.firstName"), "body.2": try Self.field("column.Order", "yours"),
            "body.3": try Self.field("column.Day", "lately", .dateLong), "body.4": .text("nothing"),
        ])
        var context = MergeContext()
        context.add(.named("Ana Silva"))
        context.add(columns: ["Order": "A-17", "Day": "2026-12-01"])
        #expect(
            mapping.values(in: context, language: "it")
                == ["body.1": "Ana", "body.2": "A-17", "body.3": "1 dicembre 2026", "body.4": "nothing"])
        #expect(
            mapping.values(in: MergeContext(), language: "it")
                == ["body.1": "there", "body.2": "yours", "body.3": "lately", "body.4": "nothing"])
        context.add(columns: ["Order": " \n\t "])
        #expect(mapping.values(in: context, language: "it")["body.2"] == "yours")
    }

    @Test(
        "dates, numbers and money are written in the manner of the template's language",
        arguments: [
            ("2026-12-01", MergeFormat.dateLong, "en_US", "December 1, 2026"), ("2026-12-01", .dateLong, "en_GB", "1 December 2026"),
            ("2026-12-01", .dateLong, "es", "1 de diciembre de 2026"), ("2026-12-01", .dateLong, "ro", "1 decembrie 2026"),
            ("2026-12-01", .dateShort, "en_US", "12/1/2026"), ("2026-12-01", .dateShort, "de", "1.12.2026"),
            ("2026-12-01", .dateShort, "pt_BR", "01/12/2026"), ("2026-12-01T22:30:00Z", .dateLong, "it", "1 dicembre 2026"),
            ("1299.9", .number, "en", "1,299.9"), ("1299.9", .number, "de", "1.299,9"), ("-3", .number, "it", "-3"),
            ("1299.9 EUR", .money, "de", "1.299,90\u{A0}€"), ("USD 5", .money, "en_US", "$5.00"), ("5000 JPY", .money, "ja", "¥5,000"),
            // What can't be read so stays as it is.
            ("tomorrow", .dateLong, "en", "tomorrow"), ("1.299,90", .number, "de", "1.299,90"), ("12 apples", .money, "en", "12 apples"),
            ("2026-02-30", .dateShort, "en", "2026-02-30"),
            ("2026-02-03x", .dateShort, "en", "2026-02-03x"), ("2026-02-30T10:00:00Z", .dateLong, "en", "2026-02-30T10:00:00Z"),
            ("5 euro", .money, "it", "5 euro"),
        ])
    func formats(given: String, format: MergeFormat, language: String, expected: String) {
        let text = MergeValue.text(given).text(format, language: language, zone: .gmt)
        #expect(text.replacing("￥", with: "¥") == expected)
    }

    @Test("days begin where the business is")
    func zones() throws {
        let evening = MergeValue.date(try Date("2026-12-01T22:30:00Z", strategy: .iso8601))
        let rome = try #require(TimeZone(identifier: "Europe/Rome"))
        let auckland = try #require(TimeZone(identifier: "Pacific/Auckland"))
        #expect(evening.text(.dateLong, language: "it", zone: rome) == "1 dicembre 2026")
        #expect(evening.text(.dateLong, language: "it", zone: auckland) == "2 dicembre 2026")
        // A day alone is that day everywhere.
        #expect(MergeValue.text("2026-12-01").text(.dateLong, language: "it", zone: auckland) == "1 dicembre 2026")
        #expect(evening.text(.dateAndTime, language: "it", zone: rome).hasSuffix("23:30"))
    }

    @Test("a mapping says all that is wrong with it before anything is sent")
    func problems() throws {
        let parts = try TemplateExamples.parts(Self.order)
        func problems(_ variables: [String: MappedVariable], columns: Set<String> = []) -> [TemplateProblem] {
            TemplateMapping(variables).problems(for: parts, columns: columns)
        }
        let whole = try ["body.1": Self.field("contact.name"), "body.2": .text("1"), "body.3": .text("2"), "body.4": .text("3")]
        #expect(problems(whole).isEmpty)
        #expect(problems([:]) == ["body.1", "body.2", "body.3", "body.4"].map { .valueMissing(key: $0) })
        let blank = whole.merging(["body.2": try Self.field("today", " ")]) { $1 }
        #expect(problems(blank) == [.fallbackMissing(key: "body.2")])
        #expect(problems(whole.merging(["body.9": .text("x")]) { $1 }) == [.valueUnknown(key: "body.9")])
        let column = whole.merging(["body.2": try Self.field("column.Order")]) { $1 }
        #expect(problems(column) == [.columnMissing(key: "body.2", column: "Order")])
        #expect(problems(column, columns: ["Order"]).isEmpty)
        let malformed = problems(whole.merging(["body.1": try Self.field("contact.name", "a\nb")]) { $1 })
        #expect(malformed.map(\.code) == ["template.value-malformed"])
    }

    @Test("a file comes from a column or is the same for everybody")
    func files() throws {
        let parts = try TemplateExamples.parts(TemplateExamples.picture)
        func codes(_ file: MappedVariable) -> [String] {
            TemplateMapping(["header.file": file, "buttons.0": .text("A")]).problems(for: parts, columns: ["Photo"]).map(\.code)
        }
        #expect(codes(.text("https://shop.example/a.jpg")).isEmpty)
        let column = codes(try Self.field("column.Photo", "https://shop.example/a.jpg"))
        #expect(column.isEmpty)
        let name = codes(try Self.field("contact.name", "https://shop.example/a.jpg"))
        #expect(name == ["template.field-unfit"])
        let plain = codes(try Self.field("column.Photo", "a.jpg"))
        #expect(plain == ["template.value-malformed"])
    }

    @Test("a mapping comes back from its JSON as it was", arguments: MergeField.Known.allCases)
    func json(field: MergeField.Known) throws {
        let mapping = TemplateMapping([
            "body.1": .field(.known(field), fallback: "a", format: .dateLong),
            "body.2": .field(.column("Ünit 7."), fallback: "", format: nil),
            "body.3": .text("c"),
        ])
        let data = try JSONEncoder().encode(mapping)
        #expect(try JSONDecoder().decode(TemplateMapping.self, from: data) == mapping)
        #expect(MergeField(parsing: field.rawValue) == .known(field))
    }

    @Test("unknown fields and formats are named")
    func unknown() throws {
        func problem(_ json: String) -> TemplateProblem? {
            do { _ = try JSONDecoder().decode(TemplateMapping.self, from: Data(json.utf8)) } catch { return error as? TemplateProblem }
            return nil
        }
        #expect(problem(#"{"body.1": {"field": "contact.shoe"}}"#) == .fieldUnknown(key: "body.1", field: "contact.shoe"))
        #expect(problem(#"{"body.1": {"field": "column."}}"#) == .fieldUnknown(key: "body.1", field: "column."))
        #expect(
            problem(#"{"b": {"field": "today", "fallback": "x", "format": "roman"}}"#) == .formatUnknown(key: "b", format: "roman"))
    }
}

extension DirectoryContact {
    static func named(_ name: String) -> DirectoryContact {
        DirectoryContact(
            contact: Contact(id: .make(at: .now), name: name, phoneNumber: nil, username: nil, businessScopedID: nil), fields: .none,
            profileName: nil, listedAt: nil, region: nil, createdAt: .now)
    }
}
