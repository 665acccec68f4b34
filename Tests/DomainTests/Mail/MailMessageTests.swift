import Domain
import Foundation
import TestSupport
import Testing

@Suite("E-mail as it goes over the wire")
struct MailMessageTests {
    private static func message(
        name: String = "Switchboard", subject: String = "Hi", text: String = "Hello\n", rules: String? = nil, id: String = "a@b"
    ) -> MailMessage {
        MailMessage(
            from: MailAddress("support@example.com")!, fromName: name, to: MailAddress("ana@example.com")!, subject: subject, text: text,
            rulesAddress: rules, id: id, at: Date(timeIntervalSince1970: 1_795_257_727))
    }

    private static func headers(_ message: MailMessage) -> [String] {
        let text = String(decoding: message.bytes, as: UTF8.self)
        let head = text.split(separator: "\r\n\r\n", maxSplits: 1)[0]
        return head.replacing("\r\n ", with: " ").split(separator: "\r\n").map(String.init)
    }

    @Test("date, people and kind are as every server reads them")
    func plain() {
        let headers = Self.headers(Self.message(rules: "https://chat.example.com/app/acme/settings/notifications"))
        #expect(headers.contains("Date: Sat, 21 Nov 2026 10:42:07 +0000"))
        #expect(headers.contains("To: <ana@example.com>"))
        #expect(headers.contains("From: =?utf-8?B?U3dpdGNoYm9hcmQ=?= <support@example.com>"))
        #expect(headers.contains("Content-Type: text/plain; charset=utf-8"))
        #expect(headers.contains("List-Unsubscribe: <https://chat.example.com/app/acme/settings/notifications>"))
    }

    @Test(
        "no text begins a header, ends the head, or makes a line too long",
        arguments: [
            "Hi\r\nBcc: all@example.com", "Hi\nBcc: all@example.com", "Hi\r\n\r\nbody", "\u{0}", "Hi\u{2028}Bcc: x",
            "日本語のとても長い件名".appending("あ"),
            String(repeating: "ü", count: 400), "a" + String(repeating: "\u{301}", count: 500), "=?utf-8?B?AAAA?=", "",
        ])
    func injection(text: String) throws {
        let message = Self.message(
            name: text, subject: text, text: text + "\r\n.\r\nQUIT\r\n", rules: "https://x/\r\nBcc: y", id: "a\r\n>Bcc: z@b")
        let headers = Self.headers(message)
        let names = headers.map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
                "Auto-Submitted",
                "List-Unsubscribe",
            ])
        let lines = String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 98 && $0 != "." && $0.utf8.allSatisfy { $0 < 0x7F } })
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
    }

    @Test("hostile texts are read back from subject, name and text, and stand nowhere else")
    func hostile() throws {
        let usual = Self.headers(Self.message(rules: "https://x/")).map { String($0.prefix { $0 != ":" }) }
        for text in HostileTexts.all {
            // Our own address and id are short.
            let message = Self.message(name: text, subject: text, text: text, rules: String(text.prefix(200)), id: String(text.prefix(200)))
            let lines = String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(
                lines.allSatisfy { $0.utf8.count <= 998 && $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }, "\(text.debugDescription)")
            let headers = Self.headers(message)
            #expect(headers.map { String($0.prefix { $0 != ":" }) } == usual, "\(text.debugDescription)")
            let values = Dictionary(zip(usual, headers.map { $0.drop { $0 != ":" }.dropFirst(2) }), uniquingKeysWith: { one, _ in one })
            let wanted = Array(text.prefix(200).filter { $0.utf8.count <= 42 }.unicodeScalars)
            let from = try #require(values["From"])
            #expect(from.hasSuffix(" <support@example.com>"))
            #expect(try Array(Self.decoded(from.dropLast(" <support@example.com>".count)).unicodeScalars) == wanted)
            #expect(try Array(Self.decoded(#require(values["Subject"])).unicodeScalars) == wanted)
            for name in ["Message-ID", "List-Unsubscribe"] { #expect(values[name]?.wholeMatch(of: /<[!-;=?-~]*>/) != nil) }
            let end = try #require(lines.firstIndex(of: ""))
            let body = try #require(Data(base64Encoded: lines[end...].joined()))
            #expect(
                Array(String(decoding: body, as: UTF8.self).unicodeScalars)
                    == Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").unicodeScalars))
        }
    }

    /// The text of a header of encoded words (RFC 2047, §2 and §6.2).
    private static func decoded(_ value: Substring) throws -> String {
        let bytes = try value.split(separator: " ").map { word in
            let match = try #require(word.wholeMatch(of: /=\?utf-8\?B\?([A-Za-z0-9+\/=]*)\?=/), "\(word)")
            #expect(word.utf8.count <= 75)
            return try #require(Data(base64Encoded: String(match.1)))
        }
        return String(decoding: bytes.joined(), as: UTF8.self)
    }

    @Test(
        "addresses that servers read in their own ways aren't taken",
        arguments: ["a b@c", "<a@b>", "a@b,c@d", "ü@b", "\"a\"@b", "a@[1.2.3.4]", "a\r\n@b", "a"])
    func addresses(text: String) { #expect(MailAddress(text) == nil) }

    @Test(
        "settings that can't be right are refused with the field",
        arguments: [
            ("smtp example", 587, "a", "a@b.c", "host"), ("smtp.example.com/x", 587, "a", "a@b.c", "host"), ("", 587, "a", "a@b.c", "host"),
            ("a@smtp.example.com", 587, "a", "a@b.c", "host"), ("smtp.example.com", 0, "a", "a@b.c", "port"),
            ("smtp.example.com", 65_536, "a", "a@b.c", "port"), ("smtp.example.com", 587, "a\r\nb", "a@b.c", "user"),
            ("smtp.example.com", 587, "a", "a@b.c\r\nX: y", "sender"),
        ])
    func settings(host: String, port: Int, user: String, sender: String, field: String) {
        do {
            _ = try MailSettings(host: host, port: port, security: .tls, user: user, sender: sender)
            Issue.record("It was taken.")
        } catch { #expect(error.field == field) }
    }

    @Test("the next digest comes at its time in the person's zone, also over a change of the clocks")
    func digest() throws {
        let now = try Date("2026-11-21T10:42:07Z", strategy: .iso8601)
        func next(_ pace: Digest.Pace, hour: Int = 9, zone: String = "UTC", _ moment: Date = now) -> String? {
            Digest(pace: pace, hour: hour, zone: zone).next(after: moment)?.formatted(.iso8601)
        }
        #expect(next(.off) == nil)
        #expect(next(.soon) == "2026-11-21T10:57:07Z")
        #expect(next(.hourly) == "2026-11-21T11:00:00Z")
        #expect(next(.daily) == "2026-11-22T09:00:00Z")
        #expect(next(.daily, hour: 12, zone: "Europe/Madrid") == "2026-11-21T11:00:00Z")
        // 02:00 isn't there on the day on which clocks go forward.
        let spring = try Date("2027-03-27T12:00:00Z", strategy: .iso8601)
        #expect(next(.daily, hour: 2, zone: "Europe/Madrid", spring) == "2027-03-28T01:00:00Z")
        #expect(Digest(pace: .daily, hour: 99, zone: "Mars/Base") == Digest(pace: .daily, hour: 9, zone: "UTC"))
    }
}
