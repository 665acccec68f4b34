internal import Domain
internal import Foundation

/// The numbers of a workspace, as cards. Template `senders`.
struct SendersView: RenderedView {
    static let template = "senders"
    let names: [String: any Sendable]

    /// - Parameter stopped: those whose receipts go nowhere until a person resumes them.
    init(
        _ senders: [Sender], queues: [Identifier<Sender>: SenderQueue.Glance], stopped: Set<Identifier<Sender>> = [], notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        names = workspace.names(title: "Senders", place: .senders, notice: notice).with([
            "hasSenders": !senders.isEmpty,
            "senders": senders.map { CardView($0, queues[$0.id], receiptsAreStopped: stopped.contains($0.id)) },
        ])
    }

    struct CardView: View {
        let names: [String: any Sendable]

        init(_ sender: Sender, _ queue: SenderQueue.Glance?, receiptsAreStopped: Bool) {
            let (status, tone) = Self.status(sender.status)
            names = [
                "senderID": sender.id.text, "connectionID": sender.connectionID.text, "senderHue": Initials.hue(of: sender.id.text),
                "senderInitials": Initials.of(sender.name), "senderName": sender.name, "senderNumber": sender.phoneNumber.display,
                "senderStatus": status, "senderTone": tone, "senderReason": sender.statusReason.orFalse,
                "receiptsAreStopped": receiptsAreStopped, "senderIsPaused": queue?.isPaused ?? false,
                "senderWaiting": (queue.flatMap { $0.waiting.count > 0 ? Figures.text($0.waiting) : nil }).orFalse,
                "senderChannel": Self.channel(sender.channel),
                "senderDisplayName": (sender.displayName == sender.name ? nil : sender.displayName).orFalse,
                "senderQuality": Self.quality(sender.quality), "senderLimit": Self.limit(sender.messagingLimit),
                "receiptChoices": Sender.ReadReceipts.allCases.map {
                    ChoiceView(value: $0.rawValue, label: Self.label(of: $0), isSelected: $0 == sender.readReceipts)
                },
            ]
        }

        static func status(_ status: Sender.Status) -> (word: String, tone: String) {
            switch status {
            case .online: ("Online", "ok")
            case .connecting: ("Connecting", "info")
            case .pending: ("Pending", "warn")
            case .offline: ("Offline", "")
            case .suspended: ("Suspended", "danger")
            case .failed: ("Failed", "danger")
            }
        }

        private static func channel(_ kind: ChannelKind) -> String {
            switch kind {
            case .meta: "WhatsApp Cloud API"
            case .twilio: "Twilio"
            case .linkedDevice: "Linked phone"
            }
        }

        /// Meta's colours, in words.
        private static func quality(_ quality: String?) -> String {
            switch quality {
            case "GREEN": "High"
            case "YELLOW": "Medium"
            case "RED": "Low"
            default: "Not known yet"
            }
        }

        /// `TIER_2K` means 2,000 people in 24 hours.
        private static func limit(_ limit: String?) -> String {
            guard let limit else { return "Not known yet" }
            guard limit != "TIER_UNLIMITED" else { return "None" }
            guard let number = limit.split(separator: "_").last else { return limit }
            let people = number.hasSuffix("K") ? "\(number.dropLast()),000" : String(number)
            return "\(people) people"
        }

        private static func label(of choice: Sender.ReadReceipts) -> String {
            switch choice {
            case .onOpen: "On opening the conversation"
            case .onAnswer: "On answering"
            case .never: "Never"
            }
        }
    }
}
