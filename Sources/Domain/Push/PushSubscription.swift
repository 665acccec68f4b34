internal import Foundation

package import struct Foundation.Date

/// A browser that shows a person's notifications while no page of ours is open. It ends with the session in which it was made.
package struct PushSubscription: Sendable, Equatable, Identified {
    package static let identifierPrefix = "psh"
    /// Browsers of one person in one workspace.
    package static let personLimit = 20
    /// Refusals of its push service, one after the other, with which it is forgotten.
    package static let refusalLimit = 10

    package let id: Identifier<PushSubscription>
    package let accountID: Identifier<Account>
    package let sessionID: Identifier<Session>
    /// As the browser names itself.
    package let userAgent: String?
    package let createdAt: Date
    /// How often its push service has refused what we sent since it last took something.
    package let refusals: Int

    package init(
        id: Identifier<PushSubscription>, accountID: Identifier<Account>, sessionID: Identifier<Session>, userAgent: String?,
        createdAt: Date, refusals: Int = 0
    ) {
        (self.id, self.accountID, self.sessionID) = (id, accountID, sessionID)
        (self.userAgent, self.createdAt, self.refusals) = (userAgent, createdAt, refusals)
    }
}

/// Where and how a browser is reached: whoever knows the endpoint may send to it, so it is kept like a password.
package struct PushTarget: Sendable, Equatable, Codable {
    /// Of its push service.
    package let endpoint: String
    /// The browser's public key, uncompressed: 65 bytes (RFC 8291, §3.2).
    package let publicKey: [UInt8]
    /// 16 bytes.
    package let secret: [UInt8]

    /// Throws ``PushProblem`` or ``OutsideProblem``.
    package init(endpoint: String, p256dh: String, auth: String) throws {
        // Browsers give https always. Where it leads, and whether that is permitted without, is looked at with each call.
        _ = try OutsideAddress(parsing: endpoint)
        guard let publicKey = URLSafeBase64.bytes(of: p256dh), publicKey.count == 65, publicKey[0] == 4,
            let secret = URLSafeBase64.bytes(of: auth), secret.count == 16
        else { throw PushProblem.keysMalformed }
        (self.endpoint, self.publicKey, self.secret) = (endpoint, publicKey, secret)
    }
}

package enum PushProblem: Problem, Equatable {
    case missing
    case keysMalformed
    case tooMany

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .keysMalformed: .invalid
        case .tooMany: .conflict
        }
    }

    package var code: String {
        switch self {
        case .missing: "push.missing"
        case .keysMalformed: "push.keys-malformed"
        case .tooMany: "push.too-many"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "You have no such browser. Load the list again."
        case .keysMalformed:
            "These aren\u{2019}t the keys of a browser. Send p256dh (65 bytes) and auth (16 bytes) as the browser gives them, in base64url."
        case .tooMany: "You have \(PushSubscription.personLimit) browsers already. Remove one that you no longer use."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .keysMalformed: "keys"
        }
    }
}

/// Base 64 with `-` and `_`, without padding (RFC 4648, §5).
package enum URLSafeBase64 {
    package static func text(of bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// With or without padding.
    package static func bytes(of text: String) -> [UInt8]? {
        let bare = text.replacing("=", with: "")
        guard bare.utf8.allSatisfy({ $0 != 43 && $0 != 47 }) else { return nil }
        let padded = bare.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - bare.utf8.count % 4) % 4)
        return Data(base64Encoded: padded).map(Array.init)
    }
}
