import Domain
import Foundation
import Testing

@Suite("What is known of telephone numbers")
struct PhoneNumbersTests {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let numbers = try! PhoneNumbers(table: Array(Data(contentsOf: project.appending(path: "assets/vendor/phone-numbers.txt"))))

    @Test(
        "a number is shown in the groups of its country, and read back as it was",
        arguments: [
            ("+4915123456789", "+49 1512 3456789"), ("+34600111222", "+34 600 11 12 22"), ("+15550199001", "+1 555-019-9001"),
            ("+5511961234567", "+55 11 96123-4567"), ("+390612345678", "+39 06 1234 5678"), ("+442079460018", "+44 20 7946 0018"),
            // No country has such a code.
            ("+99912345678", "+99912345678"),
        ])
    func display(text: String, shown: String) throws {
        let number = try PhoneNumber(parsing: text)
        #expect(Self.numbers.display(number) == shown)
        #expect(try PhoneNumber(parsing: shown) == number)
    }

    @Test(
        "what can't be says why",
        arguments: [
            ("+99912345678", "phone-number.country-unknown", "No country has a code"),
            ("+1555019900", "phone-number.too-short", "Numbers have 10 digits after +1; this one has 9."),
            ("+155501990012", "phone-number.too-long", "is too long"),
            ("+346001112223", "phone-number.too-long", "Numbers of Spain have 9 digits after +34; this one has 10."),
            ("+49123456789012", nil, ""), ("+5512345678", nil, ""), ("+862012345678901", "phone-number.too-long", "Numbers of China"),
            // Fewer and more there are.
            ("+3761234567", "phone-number.impossible", "Numbers of Andorra have 6, 8 or 9 digits after +376; this one has 7."),
        ])
    func refusals(text: String, code: String?, words: String) throws {
        let number = try PhoneNumber(parsing: text)
        do throws(PhoneNumberProblem) {
            try Self.numbers.check(number)
            #expect(code == nil)
        } catch {
            #expect(error.code == code)
            #expect(error.detail.contains(words), "\(error.detail)")
        }
    }

    @Test("every country has a name, an example that is one of its numbers, and there are as many as there should be")
    func countries() throws {
        #expect(Self.numbers.countries.count > 240)
        #expect(Self.numbers.countries.allSatisfy { !$0.name.isEmpty && !$0.lengths.isEmpty })
        #expect(Self.numbers.countries.first { $0.region == "DE" }?.nationalPrefix == "0")
        for country in Self.numbers.countries {
            guard let example = country.example else { continue }
            #expect(Self.numbers.kind(of: example) != nil, "\(country.name): \(example.text)")
            #expect(throws: Never.self) { try Self.numbers.check(example) }
        }
    }

    @Test("no number and no table, however it is spoilt, does harm")
    func spoilt() throws {
        let table = Array(try Data(contentsOf: Self.project.appending(path: "assets/vendor/phone-numbers.txt")))
        let lines = table.split(separator: UInt8(ascii: "\n"))
        let number = try PhoneNumber(parsing: "+4915123456789")
        for cut in stride(from: 1, to: 300, by: 7) {
            for line in [lines[0], lines[lines.count / 3]] + lines.filter({ $0.starts(with: "region\t49\t".utf8) }) where line.count > cut {
                let spoilt = Array(line.dropLast(cut))
                if let numbers = try? PhoneNumbers(table: spoilt) {
                    _ = numbers.display(number)
                    _ = numbers.kind(of: number)
                }
            }
        }
        #expect(throws: PhoneNumberTableProblem.self) { try PhoneNumbers(table: Array("region\tx\n".utf8)) }
        #expect(throws: PhoneNumberTableProblem.self) { try PhoneNumbers(table: Array("form\t\t(\\d)\t$1\n".utf8)) }
    }

    /// An independent reading of the same metadata.
    @Test("the package itself says the same of all kinds of numbers of all countries")
    func package() throws {
        let downloads = Self.project.appending(path: ".venv/downloads")
        let wheel = try #require(
            FileManager.default.contentsOfDirectory(atPath: downloads.path()).first { $0.hasPrefix("phonenumbers-") },
            "Please run: make setup")
        let process = Process()
        process.executableURL = Self.project.appending(path: ".venv/bin/python")
        process.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "phone_number_examples.py").path(),
            downloads.appending(path: wheel).path(),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let rows = String(decoding: output, as: UTF8.self).split(separator: "\n")
        #expect(rows.count > 1_000)
        for row in rows {
            let expected = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let number = try PhoneNumber(parsing: expected[0])
            #expect(
                [expected[0], Self.numbers.display(number), Self.numbers.region(of: number) ?? "", Self.reason(number), Self.known(number)]
                    == expected)
        }
    }

    private static func reason(_ number: PhoneNumber) -> String {
        do throws(PhoneNumberProblem) {
            try numbers.check(number)
            return "possible"
        } catch { return error.code.replacing("phone-number.", with: "") }
    }

    private static func known(_ number: PhoneNumber) -> String { numbers.kind(of: number) == nil ? "unknown" : "known" }
}
