package import Domain
internal import Synchronization

/// A server for e-mail that keeps what it is given, and answers as a test says.
package final class FakeMail: MailSender {
    private let state = Mutex<(messages: [MailMessage], failure: MailFailure?)>(([], nil))

    package init() {}

    package var messages: [MailMessage] { state.withLock(\.messages) }
    package func fail(_ failure: MailFailure?) { state.withLock { $0.failure = failure } }

    package func send(_ message: MailMessage, by settings: MailSettings, password: String?) async throws(MailFailure) {
        let failure = state.withLock { state -> MailFailure? in
            state.messages.append(message)
            return state.failure
        }
        if let failure { throw failure }
    }
}
