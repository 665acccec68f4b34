/// A provider's way out: what the dispatcher, the read receipts and the media jobs call. One per kind of connection.
package protocol Channel: Sendable {
    /// Sends one message; never throws, because each way of ending means something. Must be called once per attempt.
    func send(_ message: OutboundMessage, from sender: SenderRoute) async -> SendAnswer

    /// Tells the customer that a message was read, and optionally that somebody is typing.
    func markRead(providerMessageID: String, showsTyping: Bool, from sender: SenderRoute) async throws

    /// Uploads a file for sending and returns the provider's id of it, usable for ``mediaLifetime``.
    func upload(_ file: OutboundFile, from sender: SenderRoute) async throws -> String

    /// Fetches a file that a customer sent, piece by piece.
    func download(providerMediaID: String, from sender: SenderRoute, _ receive: @Sendable (DownloadPart) async throws -> Void) async throws

    /// Asks the provider whether the values of a connection hold, each by itself, and how the number stands. Throws ``ConnectionProblem`` for
    /// the first that is wrong.
    func check(_ draft: ConnectionDraft) async throws -> ConnectionReport

    /// The same for a connection without numbers; the draft's number isn't looked at.
    func checkAccount(_ draft: ConnectionDraft) async throws -> AccountReport

    /// Asks the provider to send the business account's webhooks to this app.
    func subscribe(_ route: SenderRoute) async throws

    /// The same, also when it does already: takes away an address that somebody set for this account alone. Throws ``ChannelProblem``.
    func subscribeAnew(_ account: AccountRoute) async throws

    /// Ends a customer's call that rings. Throws ``ChannelProblem``.
    func rejectCall(_ providerCallID: String, from sender: SenderRoute) async throws

    /// Has the provider let customers call the number and tell us of it, which rejecting their calls needs. Throws ``ChannelProblem``, and
    /// ``ReceptionProblem/callsNotSubscribed`` when only a person can have us told.
    func allowCalls(_ sender: SenderRoute) async throws

    /// Some of the account's templates; `cursor` is ``TemplatePage/next`` of the page before. Throws ``ChannelProblem``.
    func templates(of account: AccountRoute, after cursor: String?) async throws -> TemplatePage
}

/// How long an uploaded file can be sent again: 30 days at Meta, less one for safety.
package let mediaLifetime: Duration = .seconds(29 * 24 * 60 * 60)

/// The other direction: one per kind of connection.
package protocol WebhookReceiver: Sendable {
    /// Whether the signature in the headers holds over these very bytes. There is no way to skip it: an empty secret never holds.
    /// - Parameter header: looks a header up by its lower-case name.
    func verify(_ body: [UInt8], header: (String) -> String?, secrets: ConnectionSecrets) -> Bool

    /// Reads a body whose signature held. Never throws: what can't be read is listed as such.
    func decode(_ body: [UInt8]) -> InboundBatch

    /// The same body apart by what it is about, in its order, so that each business sees only what is its own. Nil when it can't be read.
    func split(_ body: [UInt8]) -> [WebhookPart]?
}

/// What a webhook body says of one business account, or of one of its numbers.
package struct WebhookPart: Sendable, Equatable {
    /// The provider's id of the account.
    package let account: String
    /// Which number; nil for what is about the account.
    package let number: Number?
    /// A body of its own, in the provider's form. Together, those of one account hold all that was said of it.
    package let body: [UInt8]

    package enum Number: Sendable, Hashable {
        /// The provider's id.
        case id(String)
        case digits(String)
    }

    package init(account: String, number: Number?, body: [UInt8]) { (self.account, self.number, self.body) = (account, number, body) }
}

/// All that a call for one sender needs.
package struct SenderRoute: Sendable {
    package let senderID: Identifier<Sender>
    package let senderProviderID: String
    package let businessAccountID: String
    package let appID: String
    package let secrets: ConnectionSecrets

    package init(
        senderID: Identifier<Sender>, senderProviderID: String, businessAccountID: String, appID: String, secrets: ConnectionSecrets
    ) {
        (self.senderID, self.senderProviderID, self.businessAccountID, self.appID) = (senderID, senderProviderID, businessAccountID, appID)
        self.secrets = secrets
    }
}

/// All that a call about a business account needs.
package struct AccountRoute: Sendable {
    package let businessAccountID: String
    package let secrets: ConnectionSecrets

    package init(businessAccountID: String, secrets: ConnectionSecrets) {
        (self.businessAccountID, self.secrets) = (businessAccountID, secrets)
    }
}

/// To whom: the provider prefers the phone when both are known.
package struct Recipient: Sendable, Equatable {
    package let phone: PhoneNumber?
    package let businessScopedID: String?
    package let groupID: String?

    package init(phone: PhoneNumber?, businessScopedID: String?, groupID: String? = nil) {
        (self.phone, self.businessScopedID, self.groupID) = (phone, businessScopedID, groupID)
    }
}

package struct OutboundMessage: Sendable, Equatable {
    package let attempt: AttemptReference
    package let recipient: Recipient
    package let content: MessageContent
    /// Provider id of the message that is answered or reacted to.
    package let targetProviderID: String?
    /// The provider's id of the file, for media content and media headers that are ours.
    package let providerMediaID: String?

    package init(
        attempt: AttemptReference, recipient: Recipient, content: MessageContent, targetProviderID: String?, providerMediaID: String?
    ) {
        (self.attempt, self.recipient, self.content) = (attempt, recipient, content)
        (self.targetProviderID, self.providerMediaID) = (targetProviderID, providerMediaID)
    }
}

/// How one call to send ended.
package enum SendAnswer: Sendable, Equatable {
    /// Accepted, which isn't yet delivered.
    case accepted(providerID: String)
    /// Proof of refusal: nothing left.
    case refused(Disposition, MessageError)
    /// Nobody knows whether it left: bytes were written and no readable answer came.
    case unknown(reason: String)
    /// Nothing left: no byte of the request was written.
    case unreachable(reason: String)
}

/// What to do after a refusal.
package enum Disposition: Sendable, Equatable, Codable {
    case retry(after: Duration)
    /// As ``retry(after:)``, and the number is slower for a minute: it sent more in a second than the provider allows.
    case slowDown(after: Duration)
    /// As ``retry(after:)``, and nothing of the number leaves until then: the provider is changing it.
    case hold(for: Duration, reason: String)
    /// The provider restricts the number. What isn't an answer to a customer waits for a person.
    case pauseCampaigns(reason: String)
    case fail
    /// No message of this kind to this person for so long; nil means for ever.
    case restrictContact(for: Duration?)
    /// Nothing with this template leaves for so long; then one message tries again.
    case pauseTemplate(for: Duration = .seconds(3_600))
    /// The sender can't send anything until a person mends it: what befell it, and what to do in words.
    case stopSender(SenderEvent, reason: String)
    case askPerson
}

extension Disposition {
    /// Whether the same call can work by itself after a while.
    package var isPassing: Bool {
        switch self {
        case .retry, .slowDown, .hold: true
        case .pauseCampaigns, .fail, .restrictContact, .pauseTemplate, .stopSender, .askPerson: false
        }
    }
}

/// A file of ours on its way to the provider, read in pieces.
package struct OutboundFile: Sendable {
    package let filename: String
    package let mimeType: String
    package let byteCount: Int
    package let pieces: AsyncThrowingStream<[UInt8], any Error>

    package init(filename: String, mimeType: String, byteCount: Int, pieces: AsyncThrowingStream<[UInt8], any Error>) {
        (self.filename, self.mimeType, self.byteCount, self.pieces) = (filename, mimeType, byteCount, pieces)
    }
}

package enum DownloadPart: Sendable {
    /// Comes first, once. The size is what the provider says, if it does.
    case head(mimeType: String?, byteCount: Int?)
    case piece([UInt8])
}

/// A download or read receipt that can't go on.
package enum ChannelProblem: Problem, Equatable {
    /// Trying later may work.
    case temporary(String)
    /// It never will: expired, deleted, not ours.
    case permanent(String)
    /// The provider refused the credentials.
    case credentials(String)

    package var kind: ProblemKind {
        switch self {
        case .temporary: .unavailable
        case .permanent, .credentials: .upstream
        }
    }

    package var code: String {
        switch self {
        case .temporary: "channel.unavailable"
        case .permanent: "channel.refused"
        case .credentials: "channel.credentials"
        }
    }

    package var detail: String {
        switch self {
        case .temporary(let reason): "WhatsApp can't be reached right now (\(reason))."
        case .permanent(let reason): "WhatsApp refused this (\(reason))."
        case .credentials(let reason): "WhatsApp no longer accepts the access token (\(reason)). Replace it on the connection's page."
        }
    }
}
