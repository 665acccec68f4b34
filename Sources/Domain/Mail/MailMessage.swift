internal import Foundation

package import struct Foundation.Date

/// A plain e-mail as it goes over the wire (RFC 5322, 2045, 2047). Whatever stands in its texts stays text: no value can begin a header of its own.
package struct MailMessage: Sendable, Equatable {
    package let from: MailAddress
    /// Beside the address.
    package let fromName: String
    package let to: MailAddress
    package let subject: String
    package let text: String
    /// Where its reader changes what is sent to them.
    package let rulesAddress: String?
    /// Unique, without brackets: `ntf…@example.com`.
    package let id: String
    package let at: Date

    package init(
        from: MailAddress, fromName: String, to: MailAddress, subject: String, text: String, rulesAddress: String?, id: String, at: Date
    ) {
        (self.from, self.fromName, self.to, self.subject, self.text) = (from, fromName, to, subject, text)
        (self.rulesAddress, self.id, self.at) = (rulesAddress, id, at)
    }

    package var bytes: [UInt8] {
        var lines = [
            "Date: \(Self.date(at))", "From: \(Self.encoded(fromName)) <\(from.text)>", "To: <\(to.text)>",
            "Subject: \(Self.encoded(subject))", "Message-ID: <\(Self.token(id))>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "Auto-Submitted: auto-generated",
        ]
        if let rulesAddress { lines.append("List-Unsubscribe: <\(Self.token(rulesAddress))>") }
        let body = Data(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// Words of base 64, each at most 75 characters (RFC 2047, §2), on lines of their own. Always, so that no text needs to be looked through.
    private static func encoded(_ text: String) -> String {
        var words: [String] = []
        var part: [UInt8] = []
        for character in text.prefix(200) {
            let bytes = Array(String(character).utf8)
            if part.count + bytes.count > 42, !part.isEmpty {
                words.append(word(part))
                part = []
            }
            // A character of endless marks would be longer than a word may be.
            if bytes.count <= 42 { part += bytes }
        }
        if !part.isEmpty || words.isEmpty { words.append(word(part)) }
        return words.joined(separator: "\r\n ")
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Data(bytes).base64EncodedString())?=" }

    /// Without what would end it.
    private static func token(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { (0x21...0x7E).contains($0.value) && $0 != "<" && $0 != ">" }))
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sat, 21 Nov 2026 10:42:00 +0000`
    private static func date(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        let clock = [parts.hour, parts.minute, parts.second].map { ($0 ?? 0) < 10 ? "0\($0 ?? 0)" : "\($0 ?? 0)" }.joined(separator: ":")
        return "\(days[(parts.weekday ?? 1) - 1]), \(parts.day ?? 1) \(months[(parts.month ?? 1) - 1]) \(parts.year ?? 0) \(clock) +0000"
    }
}

/// Why an e-mail wasn't taken, in plain words.
package enum MailFailure: Error, Equatable {
    /// Trying again doesn't help until somebody changes something.
    case refused(String)
    /// Nothing was taken; it may be later.
    case later(String)
    /// All of it left, and no answer came: it may have been taken.
    case unknown(String)

    package var reason: String {
        switch self {
        case .refused(let reason), .later(let reason), .unknown(let reason): reason
        }
    }
}

/// Hands an e-mail to a server.
package protocol MailSender: Sendable {
    func send(_ message: MailMessage, by settings: MailSettings, password: String?) async throws(MailFailure)
}
