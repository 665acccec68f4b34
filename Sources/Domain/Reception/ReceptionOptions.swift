package import struct Foundation.Date

/// What becomes of what arrives for one number. A number without options of its own has ``usual``.
package struct ReceptionOptions: Sendable, Equatable {
    /// Off, what customers send is kept in the journal and not shown.
    package let receivesMessages: Bool
    /// Off, new messages are on nobody's bell, and in no push or e-mail of the platform.
    package let notifies: Bool
    /// Off, what is written in groups is kept in the journal and not shown.
    package let receivesGroupMessages: Bool
    /// On, each message is sent to ``mailAddress``.
    package let sendsMail: Bool
    /// Kept while no e-mail is sent, so that it needn't be typed again.
    package let mailAddress: MailAddress?
    /// On, each call of a customer is rejected.
    package let blocksCalls: Bool
    /// What a caller is sent; nil while calls aren't blocked.
    package let blockMessage: String?

    /// All is received and told of within the platform; nothing goes by e-mail, and calls ring.
    package static let usual = ReceptionOptions()

    private init() {
        (receivesMessages, notifies, receivesGroupMessages) = (true, true, true)
        (sendsMail, mailAddress, blocksCalls, blockMessage) = (false, nil, false, nil)
    }

    /// - Parameters:
    ///   - mailAddress: blank for none.
    ///   - blockMessage: blank for none; dropped while calls aren't blocked.
    package init(
        receivesMessages: Bool, notifies: Bool, receivesGroupMessages: Bool, sendsMail: Bool, mailAddress: String?, blocksCalls: Bool,
        blockMessage: String?
    ) throws(ReceptionProblem) {
        let address = try Self.address(mailAddress)
        guard !sendsMail || address != nil else { throw .mailAddressMissing }
        (self.receivesMessages, self.notifies, self.receivesGroupMessages) = (receivesMessages, notifies, receivesGroupMessages)
        (self.sendsMail, self.mailAddress, self.blocksCalls) = (sendsMail, address, blocksCalls)
        self.blockMessage = blocksCalls ? try Self.message(blockMessage) : nil
    }

    private static func address(_ text: String?) throws(ReceptionProblem) -> MailAddress? {
        guard let text, !text.isBlank else { return nil }
        guard let address = MailAddress(text) else { throw .mailAddressMalformed }
        return address
    }

    private static func message(_ text: String?) throws(ReceptionProblem) -> String? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        do {
            try MessageContent.text(TextContent(body: text)).validateForSending()
        } catch {
            if case .tooLong(_, let count, _) = error { throw .blockMessageTooLong(count: count) }
            throw .blockMessageMalformed
        }
        return text
    }

    /// What is another than before, for the event log: ids of what was changed, and never what was written.
    package func changes(since before: ReceptionOptions) -> [String] {
        func toggled(_ name: String, _ path: KeyPath<ReceptionOptions, Bool>) -> String? {
            self[keyPath: path] == before[keyPath: path] ? nil : "reception-\(name)-\(self[keyPath: path] ? "on" : "off")"
        }
        return [
            toggled("messages", \.receivesMessages), toggled("notifications", \.notifies), toggled("groups", \.receivesGroupMessages),
            toggled("mail", \.sendsMail), mailAddress == before.mailAddress ? nil : "reception-mail-address",
            toggled("call-blocking", \.blocksCalls), blockMessage == before.blockMessage ? nil : "reception-block-message",
        ].compactMap(\.self)
    }
}

/// What the provider said when a call last couldn't be rejected; gone as soon as one is.
package struct CallFault: Sendable, Equatable {
    package let reason: String
    package let at: Date

    package init(reason: String, at: Date) { (self.reason, self.at) = (reason, at) }
}

/// The options of one number, with how they fare.
package struct Reception: Sendable, Equatable {
    /// Kept webhooks that are counted, at most.
    package static let countLimit = 1_000

    package let options: ReceptionOptions
    package let callFault: CallFault?
    /// Webhooks with something that wasn't received, up to ``countLimit``.
    package let keptCount: Int

    package init(options: ReceptionOptions, callFault: CallFault?, keptCount: Int) {
        (self.options, self.callFault, self.keptCount) = (options, callFault, keptCount)
    }
}
