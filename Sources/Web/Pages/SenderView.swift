internal import Domain
internal import Foundation
internal import Services

/// One number: how it stands, what it may do, and its settings. Template `sender`.
struct SenderView: RenderedView {
    static let template = "sender"
    let names: [String: any Sendable]

    /// After so long a number that is still pending is looked into.
    private static let patience = 300.0

    /// - Parameter typedName: a name that was refused, with why.
    init(
        _ overview: QueueOverview, _ usage: SenderUsage, _ reception: Reception, typedName: String?, nameProblem: String?,
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let kept = reception.keptCount
        let (sender, times) = (overview.sender, workspace.frame.times)
        let (word, tone, icon) = SenderWords.status(sender.status)
        let isLong = sender.status == .pending && overview.at.timeIntervalSince(sender.statusSince) > Self.patience
        let waiting = overview.queue.stoppable
        let own: [String: any Sendable] = [
            "senderStatus": word, "senderTone": tone, "senderIcon": icon, "senderReason": sender.statusReason.orFalse,
            "senderAdvice": (sender.reason?.advice).orFalse, "senderSince": times.dayAndTime(sender.statusSince),
            "isActive": sender.facts.isActive, "allowsRetry": sender.reason?.allowsRetry == true,
            "isPendingLong": isLong, "isSuspended": sender.status == .suspended,
            "connectionAddress": "\(workspace.base)/whatsapp/connection?of=\(sender.connectionID.text)",
            "answers": Self.answers(overview, usage, reception.options, times),
            "keptWords": kept == 0 ? false : "\(ReceptionView.words(forKept: kept)) They came while it received nothing.",
            "deactivationQuestion": Self.deactivationQuestion(waiting),
            "qualityWord": SenderWords.quality(sender.quality), "qualityTone": SenderWords.qualityTone(sender.quality),
            "qualityMeaning": SenderWords.qualityMeaning(sender.quality),
            "limitWord": SenderWords.limit(sender.messagingLimit), "nextLimit": SenderWords.nextLimit(sender.messagingLimit).orFalse,
            "hasLimit": usage.limit != nil, "usedPeople": Figures.text(usage.people), "limitNumber": usage.limit ?? 0,
            "usedNumber": min(usage.people, usage.limit ?? 0), "isNearLimit": usage.isNearLimit,
            "pace": Figures.text(overview.queue.pace.perSecond(at: times.now)),
            "nameField": FieldView(
                "name", label: "Name", help: "For your team. Customers see \(sender.displayName.map { "“\($0)”" } ?? "the number").",
                value: typedName ?? sender.name, error: nameProblem),
            "receiptChoices": Sender.ReadReceipts.allCases.map {
                ChoiceView(value: $0.rawValue, label: SenderWords.label(of: $0), isSelected: $0 == sender.readReceipts)
            },
            "removalQuestion":
                "Remove \(sender.phoneNumber.display)? It sends and receives nothing any more. Its conversations stay, and go on when it is connected again.",
        ]
        names = own.with(SenderTabs(sender, .overview, in: workspace).names).with(
            workspace.names(title: sender.name, place: .senders, notice: notice))
    }

    private static func deactivationQuestion(_ waiting: BoundedCount) -> String {
        let queue =
            waiting.count == 0
            ? ""
            : " \(Figures.messages(waiting).prefix(1).uppercased())\(Figures.messages(waiting).dropFirst()) wait in its queue and stay there."
        return
            "Switch this number off? Until it is switched on again nothing is sent, and what customers write is kept and not shown.\(queue)"
    }

    /// What everybody asks of a number, with a sign for good or bad.
    private static func answers(
        _ overview: QueueOverview, _ usage: SenderUsage, _ reception: ReceptionOptions, _ times: PageTimes
    ) -> [AnswerView] {
        let sender = overview.sender
        return [sending(overview), receiving(sender, usage, reception, times), today(sender, usage), costs(sender)]
    }

    private static func sending(_ overview: QueueOverview) -> AnswerView {
        if overview.sender.status != .online { return AnswerView("Can it send?", "No", "", tone: "danger") }
        if overview.queue.hold.isPaused { return AnswerView("Can it send?", "Paused", "Resume it on its queue page.", tone: "warn") }
        if let obstacle = overview.obstacle { return AnswerView("Can it send?", "Not now", obstacle.sentence, tone: "warn") }
        if let reason = overview.campaignsPaused { return AnswerView("Can it send?", "Answers only", reason, tone: "warn") }
        return AnswerView(
            "Can it send?", "Yes", "Up to \(Figures.text(overview.queue.pace.perSecond(at: overview.at))) messages a second.", tone: "ok")
    }

    private static func receiving(
        _ sender: Sender, _ usage: SenderUsage, _ reception: ReceptionOptions, _ times: PageTimes
    ) -> AnswerView {
        let question = "Can it receive?"
        guard sender.facts.isActive, sender.facts.subscription != .lapsed else {
            return AnswerView(question, "No", "What arrives is kept, and not shown.", tone: "danger")
        }
        guard reception.receivesMessages else {
            return AnswerView(
                question, "No", "Messages are switched off on its Reception page. What arrives is kept, and not shown.", tone: "warn")
        }
        guard usage.isSubscribed else {
            return AnswerView(
                question, "No", "WhatsApp doesn\u{2019}t send its webhooks here. Choose Check now on the connection\u{2019}s page.",
                tone: "danger")
        }
        guard let last = usage.lastWebhookAt else {
            return AnswerView(question, "Not tried yet", "No webhook has ever come.", tone: "warn")
        }
        return AnswerView(question, "Yes", "The last webhook came \(times.dayAndTime(last)).", tone: "ok")
    }

    private static func today(_ sender: Sender, _ usage: SenderUsage) -> AnswerView {
        let question = "What may it still begin today?"
        if sender.status != .online || sender.reason == .restricted { return AnswerView(question, "Nothing", "", tone: "danger") }
        guard let limit = usage.limit else {
            let isFree = sender.messagingLimit == "TIER_UNLIMITED"
            return AnswerView(
                question, isFree ? "As much as you like" : "Not known yet", isFree ? "" : "WhatsApp hasn\u{2019}t told its limit.",
                tone: isFree ? "ok" : "")
        }
        let left = max(0, limit - usage.people)
        return AnswerView(
            question, left == 1 ? "1 person" : "\(Figures.text(left)) people",
            "\(Figures.text(usage.people)) of \(Figures.text(limit)) in 24 hours. Answers don\u{2019}t count.",
            tone: left == 0 ? "danger" : usage.isNearLimit ? "warn" : "ok")
    }

    private static func costs(_ sender: Sender) -> AnswerView {
        let subscription = sender.facts.subscription
        return AnswerView(
            "What does it cost?", SenderWords.subscription(subscription),
            subscription == .free ? "WhatsApp bills its messages by itself." : "",
            tone: subscription == .lapsed ? "danger" : subscription == .grace ? "warn" : "ok")
    }

    struct AnswerView: View {
        let names: [String: any Sendable]

        init(_ question: String, _ answer: String, _ note: String, tone: String) {
            names = ["answerQuestion": question, "answerWord": answer, "answerNote": note, "answerTone": tone]
        }
    }
}

/// What happened to a number. Template `sender-history`.
struct SenderHistoryView: RenderedView {
    static let template = "sender-history"
    let names: [String: any Sendable]

    /// - Parameter people: names by ``Actor/text``.
    init(_ sender: Sender, _ page: Page<SenderHistoryEntry>, isFirst: Bool, people: [String: String], in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)/history"
        let own: [String: any Sendable] = [
            "hasEntries": !page.data.isEmpty, "entries": page.data.map { EntryView($0, people, times) },
            "olderAddress": (page.next.map { "\(address)?after=\($0)" }).orFalse, "newestAddress": address, "isFirst": isFirst,
        ]
        names = own.with(SenderTabs(sender, .history, in: workspace).names).with(
            workspace.names(title: "History of \(sender.name)", place: .senders, notice: nil))
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ entry: SenderHistoryEntry, _ people: [String: String], _ times: PageTimes) {
            let (word, tone, _) = SenderWords.status(entry.status)
            // The first half of switching on: how the number stands is told by the second.
            let isHalf = entry.cause == "subscription-reserved"
            names = [
                "entryDeed": SenderWords.deed(entry.cause), "entryWho": Self.who(entry.actor, people),
                "entryStatus": isHalf ? false : word, "entryTone": tone,
                "entryExplanation": (isHalf ? nil : entry.explanation ?? entry.reason?.sentence).orFalse,
                "entryTime": times.dayAndTime(entry.at), "entryFullTime": times.full(entry.at), "entryTimestamp": times.timestamp(entry.at),
            ]
        }

        private static func who(_ actor: String, _ people: [String: String]) -> String {
            switch Actor(parsing: actor) {
            case .member: people[actor] ?? "Somebody who left"
            case .key: "A program"
            case .system, nil: "By itself"
            }
        }
    }
}
