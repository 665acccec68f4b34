internal import Domain

internal import struct Foundation.Date

/// The one gate through which every message leaves: asked when it is accepted and again when its call is about to be made.
enum SendingGate {
    /// Throws what forbids it, as a sentence that says what would work.
    static func check(_ content: MessageContent, sender: Sender, lastInboundAt: Date?, now: Date) throws {
        if let trouble = sender.trouble { throw SenderProblem.cannotSend(reason: trouble) }
        let window = MessagingWindow(lastInboundAt: lastInboundAt)
        if case .template = content { return }
        guard window.allowsSending(at: now) else { throw SendingProblem.windowClosed(closedAt: window.closesAt) }
    }
}
