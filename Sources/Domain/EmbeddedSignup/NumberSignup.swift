package import struct Foundation.Date

/// Somebody's way from a number to a sender through the provider's own window. It is kept after each step, so that whoever closes the browser goes on
/// where they were.
package struct NumberSignup: Sendable, Equatable, Identified {
    package static let identifierPrefix = "sgn"
    /// How long one is kept after its last change: Meta wants a number registered within 14 days of the window.
    package static let keptDays = 14.0
    /// Of one workspace, unfinished.
    package static let limit = 20
    /// After which another code may be asked for, and a call is offered.
    package static let codePauseSeconds = 60.0

    /// The window's code holds for 30 seconds.
    private static let exchangeSeconds = 40.0
    private static let workSeconds = 600.0

    /// What comes next.
    package enum Step: String, Sendable, CaseIterable, Codable {
        /// A person goes through the provider's window.
        case window
        /// The window gave us a token: the account and the number are looked for.
        case account
        /// A person decides about what was found; see ``NumberSignup/questions``.
        case choice
        /// A person shows that the number is theirs.
        case code
        /// The number is registered, and becomes a sender.
        case registration
        case done
    }

    /// What a person decides about.
    package enum Question: String, Sendable, CaseIterable, Codable {
        /// The window gave us another number than the one that was wanted.
        case otherNumber = "other-number"
        /// The account has other numbers, or is connected already.
        case existingAccount = "existing-account"
        /// The account's connection stands: its access token is replaced for all of its numbers.
        case connectedAccount = "connected-account"
    }

    package let id: Identifier<NumberSignup>
    package let workspaceID: Identifier<Workspace>
    /// Who began it, and from where: they agreed to the terms.
    package let actor: String
    package let clientAddress: String?
    package let terms: [Terms]
    /// Of a month, as it was confirmed.
    package let price: Credits
    /// Inner name.
    package let name: String
    package let displayName: String
    package let createdAt: Date
    /// Scheme and host of this installation, as the provider reaches it; taken anew with each step that leads to a call.
    package var server: String
    package var phoneNumber: PhoneNumber
    package var updatedAt: Date
    package var step = Step.window
    /// Whether the program is at it.
    package var isWorking = false
    /// Rises when the window is opened anew, so that what an earlier one led to is dropped.
    package var round = 0
    /// Why the last thing didn't succeed.
    package var trouble: SignupTrouble?
    /// The connection that it will have; its webhook address is told to the provider before there is one.
    package var connectionID: Identifier<Connection>
    /// What the window said in the browser: a hint, which the provider's own answers must bear out.
    package var hint: SignupHint?
    /// What the provider showed.
    package var found: FoundNumber?
    package var questions: [Question] = []
    /// That somebody decided to go on with what was found.
    package var isAccepted = false
    package var codeMethod: VerificationMethod?
    /// Of the last code, as ``CodeLanguage/code``.
    package var codeLanguage: String?
    package var codeRequestedAt: Date?
    /// The number has a PIN that isn't ours.
    package var needsPIN = false
    package var senderID: Identifier<Sender>?

    package init(
        id: Identifier<NumberSignup>, workspaceID: Identifier<Workspace>, actor: String, clientAddress: String?, terms: [Terms],
        price: Credits, phoneNumber: PhoneNumber, name: String, displayName: String, server: String, connectionID: Identifier<Connection>,
        createdAt: Date, updatedAt: Date? = nil
    ) {
        (self.id, self.workspaceID, self.actor, self.clientAddress) = (id, workspaceID, actor, clientAddress)
        (self.terms, self.price, self.phoneNumber) = (terms, price, phoneNumber)
        (self.name, self.displayName, self.server, self.connectionID) = (name, displayName, server, connectionID)
        (self.createdAt, self.updatedAt) = (createdAt, updatedAt ?? createdAt)
    }

    /// Where the provider sends what customers write.
    package var webhookAddress: String { "\(server)/hooks/meta/\(connectionID.text)" }

    /// When it is forgotten.
    package var endsAt: Date { updatedAt.addingTimeInterval(Self.keptDays * 86_400) }

    /// Whether the program is still at it. Whatever exchanges a window's code and doesn't end was killed; of anything else a person may try again.
    package func isBusy(at now: Date) -> Bool {
        isWorking && now.timeIntervalSince(updatedAt) < (step == .window ? Self.exchangeSeconds : Self.workSeconds)
    }

    /// Whether the program has something to do that needs no person.
    package var hasJob: Bool { isWorking && [.account, .registration].contains(step) }

    /// Seconds until another code may be asked for.
    package func codePause(at now: Date) -> Int {
        guard let codeRequestedAt else { return 0 }
        return max(0, Int((Self.codePauseSeconds - now.timeIntervalSince(codeRequestedAt)).rounded(.up)))
    }

    /// The window told what came of it only after its code had led to something else, which nobody has decided about yet.
    package func isOverruled(by hint: SignupHint) -> Bool {
        step == .choice && hint != self.hint && hint.phoneNumberID != nil && hint.phoneNumberID != found?.id
    }

    /// The connection whose access token is replaced when somebody goes on with what was found.
    package var replacedConnectionID: Identifier<Connection>? {
        step == .choice && questions.contains(.connectedAccount) ? connectionID : nil
    }

    /// Has what the window gave looked up anew.
    package mutating func lookAgain() {
        (step, isWorking, trouble, found, questions, isAccepted) = (.account, true, nil, nil, [], false)
    }

    /// The window is opened anew: what the last one led to doesn't count.
    package mutating func startOver() {
        (step, isWorking, trouble, hint, found, questions, isAccepted) = (.window, false, nil, nil, nil, [], false)
        (codeMethod, codeLanguage, codeRequestedAt, needsPIN) = (nil, nil, nil, false)
        round += 1
    }
}

/// What the provider's window told the page when it closed.
package struct SignupHint: Sendable, Equatable {
    package let businessAccountID: String?
    package let phoneNumberID: String?

    package init(businessAccountID: String?, phoneNumberID: String?) {
        (self.businessAccountID, self.phoneNumberID) = (businessAccountID, phoneNumberID)
    }
}

/// A number that came of the window, as the provider showed it to us.
package struct FoundNumber: Sendable, Equatable {
    package let businessAccountID: String
    package let id: String
    package let phoneNumber: PhoneNumber

    package init(businessAccountID: String, id: String, phoneNumber: PhoneNumber) {
        (self.businessAccountID, self.id, self.phoneNumber) = (businessAccountID, id, phoneNumber)
    }
}

/// Why a step didn't succeed, kept for whoever looks later.
package struct SignupTrouble: Sendable, Equatable {
    /// As of the problem.
    package let code: String
    package let detail: String

    package init(code: String, detail: String) { (self.code, self.detail) = (code, detail) }
    package init(_ problem: any Problem) { self.init(code: problem.code, detail: problem.detail) }

    /// Whether the window itself told it, so that one which ends well makes it good.
    package var isOfWindow: Bool {
        [NumberSignupProblem.windowCancelled(step: nil).code, NumberSignupProblem.windowFailed("").code].contains(code)
    }
}

/// How the provider's window ended, as it told the page.
package enum SignupWindowEnd: Sendable, Equatable {
    /// Bytes of an id, a step or a message that is believed to be one.
    private static let idLimit = 40
    private static let textLimit = 300

    case finished(SignupHint)
    /// - Parameter step: where it was left, as the provider names it.
    case cancelled(step: String?)
    case failed(message: String)

    /// Reads what the page passes on. Throws ``NumberSignupProblem/windowEventMalformed``.
    package init(
        event: String, businessAccountID: String?, phoneNumberID: String?, currentStep: String?, errorMessage: String?
    ) throws(NumberSignupProblem) {
        func id(_ text: String?) throws(NumberSignupProblem) -> String? {
            guard let text, !text.isEmpty else { return nil }
            guard text.utf8.count <= Self.idLimit, text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw .windowEventMalformed }
            return text
        }
        let hint = SignupHint(businessAccountID: try id(businessAccountID), phoneNumberID: try id(phoneNumberID))
        if let message = errorMessage?.trimmed, !message.isEmpty {
            let line = message.line(Self.textLimit)
            self = .failed(message: String(line.reversed().drop { ".! ".contains($0) }.reversed()))
        } else if event.hasPrefix("FINISH") {
            self = .finished(hint)
        } else if event == "CANCEL" {
            self = .cancelled(step: currentStep.map { $0.line(Self.idLimit) })
        } else if event == "ERROR" {
            self = .failed(message: "no reason was given")
        } else {
            throw .windowEventMalformed
        }
    }
}
