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
    ///   - prices: what they cost, where the reader may know.
    ///   - recent: the newest conversations that the reader may see.
    init(
        _ senders: [Sender], queues: [Identifier<Sender>: SenderQueue.Glance], usages: [Identifier<Sender>: SenderUsage] = [:],
        stopped: Set<Identifier<Sender>> = [], handlings: [Identifier<Sender>: SenderHandling] = [:],
        prices: [Identifier<Sender>: PricedSubscription] = [:], recent: [Conversation] = [], signups: [NumberSignup] = [],
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let times = workspace.frame.times
        let senderNames = Dictionary(senders.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        names = workspace.names(title: "Senders", place: .senders, notice: notice).with([
            "hasSenders": !senders.isEmpty, "hasRecent": !recent.isEmpty, "hasSignups": signups.contains { $0.step != .done },
            "signups": signups.filter { $0.step != .done }.map { SignupRowView($0, times) },
            "senders": senders.map {
                CardView(
                    $0, queues[$0.id], usages[$0.id], handlings[$0.id], costs: Self.costs($0, prices[$0.id], times),
                    receiptsAreStopped: stopped.contains($0.id))
            },
            "recent": recent.map { RecentView($0, sender: senderNames[$0.senderID] ?? "A removed number", times) },
        ])
    }

    /// `Paid, 10 credits a month, next renewal 3 December`
    private static func costs(_ sender: Sender, _ current: PricedSubscription?, _ times: PageTimes) -> String {
        let standing = SenderWords.subscription(sender.facts.subscription)
        guard let current, current.price > .zero || current.subscription.paidUntil != nil else { return standing }
        let words = SubscriptionWords(current.subscription, price: current.price, times)
        let date = words.date.map { "\(words.dateLabel.prefix(1).lowercased())\(words.dateLabel.dropFirst()) \($0)" }
        return [standing, "\(current.price.words) a month", date].compactMap(\.self).joined(separator: ", ")
    }

    struct RecentView: View {
        let names: [String: any Sendable]

        init(_ conversation: Conversation, sender: String, _ times: PageTimes) {
            let last = conversation.last
            names = [
                "recentID": conversation.id.text, "recentName": conversation.contact.title, "recentSender": sender,
                "recentState": ConversationDetailsView.state(of: conversation, times),
                "recentPreview": last.map(ConversationRowView.preview) ?? "No message yet",
                "recentTime": times.short(last?.at ?? conversation.createdAt),
                "recentFullTime": times.full(last?.at ?? conversation.createdAt),
                "recentTimestamp": times.timestamp(last?.at ?? conversation.createdAt),
            ]
        }
    }

    struct CardView: View {
        let names: [String: any Sendable]

        init(
            _ sender: Sender, _ queue: SenderQueue.Glance?, _ usage: SenderUsage?, _ handling: SenderHandling?, costs: String,
            receiptsAreStopped: Bool
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
                "isNearLimit": usage?.isNearLimit ?? false, "senderCost": costs,
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
