package import struct Foundation.Date

/// By which server a workspace sends its e-mail. The password is kept apart, sealed.
package struct MailSettings: Sendable, Equatable {
    package enum Security: String, Sendable, CaseIterable, Codable {
        /// From the first byte; port 465.
        case tls
        /// After a greeting; port 587. Without it nothing is sent.
        case startTLS
        /// Only within a network that the server's owner opened.
        case none
    }

    package let host: String
    package let port: Int
    package let security: Security
    /// Nil when the server takes e-mail without signing in.
    package let user: String?
    package let sender: MailAddress

    /// Throws ``MailProblem``.
    package init(host: String, port: Int, security: Security, user: String?, sender: String) throws(MailProblem) {
        let host = host.trimmed.lowercased()
        // The reader of addresses knows what a host is.
        guard let address = try? OutsideAddress(parsing: "https://\(host.contains(":") ? "[\(host)]" : host)/"), address.host == host else {
            throw .hostMalformed
        }
        guard (1...65_535).contains(port) else { throw .portOutOfRange }
        let user = user?.trimmed
        if let user, user.utf8.count > 200 || user.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            throw .userMalformed
        }
        guard let sender = MailAddress(sender) else { throw .senderMalformed }
        (self.host, self.port, self.security, self.sender) = (host, port, security, sender)
        self.user = user?.isEmpty == true ? nil : user
    }
}

/// What a server said when it last didn't take an e-mail; gone as soon as it takes one.
package struct MailFault: Sendable, Equatable {
    package let reason: String
    package let at: Date

    package init(reason: String, at: Date) { (self.reason, self.at) = (reason, at) }
}

/// An e-mail address as a server takes it: letters that every server knows, and nothing that means something in a header.
package struct MailAddress: Sendable, Equatable {
    package let text: String

    package init?(_ text: String) {
        guard let address = try? EmailAddress(parsing: text), address.text.utf8.allSatisfy(Self.isPlain) else { return nil }
        self.text = address.text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"<>()[]:;,\"\\".utf8.contains(byte)
    }
}

package enum MailProblem: Problem, Equatable {
    case missing
    case hostMalformed
    case portOutOfRange
    case userMalformed
    case senderMalformed
    /// It belongs to a server, and isn't given to another one.
    case passwordNeeded
    /// What came of a test.
    case notSent(String)
    /// Tests take their time when a server does.
    case testUnderWay

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .notSent: .conflict
        case .testUnderWay: .unavailable
        case .hostMalformed, .portOutOfRange, .userMalformed, .senderMalformed, .passwordNeeded: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "mail.missing"
        case .hostMalformed: "mail.host-malformed"
        case .portOutOfRange: "mail.port-out-of-range"
        case .userMalformed: "mail.user-malformed"
        case .senderMalformed: "mail.sender-malformed"
        case .passwordNeeded: "mail.password-needed"
        case .notSent: "mail.not-sent"
        case .testUnderWay: "mail.test-under-way"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "No server for e-mail is set in this workspace. Set one first."
        case .hostMalformed: "This isn\u{2019}t the name of a server. It looks like smtp.example.com."
        case .portOutOfRange: "The port is a number from 1 to 65535; 587 and 465 are usual."
        case .userMalformed: "This user name has characters that no server takes, or more than 200."
        case .senderMalformed: "This isn\u{2019}t an address that e-mail can be sent from. It looks like support@example.com."
        case .passwordNeeded: "Enter the password again: it isn\u{2019}t given to another server or user."
        case .notSent(let reason): "The e-mail couldn\u{2019}t be sent. \(reason)"
        case .testUnderWay: "Another test is under way. Try again when it has ended, in a minute at most."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .notSent, .testUnderWay: nil
        case .hostMalformed: "host"
        case .portOutOfRange: "port"
        case .userMalformed: "user"
        case .senderMalformed: "sender"
        case .passwordNeeded: "password"
        }
    }
}
