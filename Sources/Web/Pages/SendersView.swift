internal import Domain
internal import Foundation
internal import Services

/// The numbers of a workspace, as cards. Template `senders`.
struct SendersView: RenderedView {
    static let template = "senders"
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - stopped: those whose receipts go nowhere until a person resumes them.
    ///   - signups: those that are being connected; finished ones aren't shown.
    init(
        _ senders: [Sender], queues: [Identifier<Sender>: SenderQueue.Glance], usages: [Identifier<Sender>: SenderUsage] = [:],
        stopped: Set<Identifier<Sender>> = [], handlings: [Identifier<Sender>: SenderHandling] = [:], signups: [NumberSignup] = [],
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        names = workspace.names(title: "Senders", place: .senders, notice: notice).with([
            "hasSenders": !senders.isEmpty, "hasSignups": signups.contains { $0.step != .done },
            "signups": signups.filter { $0.step != .done }.map { SignupRowView($0, workspace.frame.times) },
            "senders": senders.map {
                CardView($0, queues[$0.id], usages[$0.id], handlings[$0.id], receiptsAreStopped: stopped.contains($0.id))
            },
        ])
    }

    struct CardView: View {
        let names: [String: any Sendable]

        init(
            _ sender: Sender, _ queue: SenderQueue.Glance?, _ usage: SenderUsage?, _ handling: SenderHandling?, receiptsAreStopped: Bool
        ) {
            let (status, tone, icon) = SenderWords.status(sender.status)
            names = [
                "senderID": sender.id.text, "senderHue": Initials.hue(of: sender.id.text),
                "senderInitials": Initials.of(sender.name), "senderName": sender.name, "senderNumber": sender.phoneNumber.display,
                "senderStatus": status, "senderTone": tone, "senderIcon": icon, "senderReason": sender.statusReason.orFalse,
                "senderAdvice": (sender.reason?.advice).orFalse,
                "receiptsAreStopped": receiptsAreStopped, "senderIsPaused": queue?.isPaused ?? false,
                "senderWaiting": (queue.flatMap { $0.waiting.count > 0 ? Figures.text($0.waiting) : nil }).orFalse,
                "senderChannel": SenderWords.channel(sender.channel),
                "senderDisplayName": (sender.displayName == sender.name ? nil : sender.displayName).orFalse,
                "senderQuality": SenderWords.quality(sender.quality), "senderLimit": Self.limit(sender, usage),
                "isNearLimit": usage?.isNearLimit ?? false, "senderCost": SenderWords.subscription(sender.facts.subscription),
                "senderHandler": SenderWords.handler(handling), "handlerTrouble": SenderWords.trouble(of: handling).orFalse,
            ]
        }

        /// `120 of 2,000 people today`
        private static func limit(_ sender: Sender, _ usage: SenderUsage?) -> String {
            guard let usage, let limit = usage.limit else { return SenderWords.limit(sender.messagingLimit) }
            return "\(Figures.text(usage.people)) of \(Figures.text(limit)) people today"
        }
    }
}
