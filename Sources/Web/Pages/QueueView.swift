internal import Domain
internal import Foundation
internal import Services

/// Numbers as pages show them.
enum Figures {
    /// `12,345`
    static func text(_ number: Int) -> String { number.grouped }

    /// `10,000+` when there are more.
    static func text(_ count: BoundedCount) -> String { text(count.count) + (count.isMore ? "+" : "") }

    /// `1 message`, `12,345 messages`
    static func messages(_ number: Int) -> String { number == 1 ? "1 message" : "\(text(number)) messages" }

    /// `more than 10,000 messages` when nobody counted further.
    static func messages(_ count: BoundedCount) -> String { (count.isMore ? "more than " : "") + messages(count.count) }
}

extension Lane {
    /// What waits in it.
    var title: String {
        switch self {
        case .reply: "Replies"
        case .notification: "Notifications"
        case .campaign: "Campaigns"
        }
    }

    /// One of them.
    var word: String {
        switch self {
        case .reply: "Reply"
        case .notification: "Notification"
        case .campaign: "Campaign"
        }
    }
}

/// The queue of one number. Template `queue`.
struct QueueView: RenderedView {
    static let template = "queue"
    let names: [String: any Sendable]

    init(_ sender: Sender, _ state: QueueStateView, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let own = SenderTabs(sender, .queue, in: workspace).names
        // The page and its part know the same.
        names = workspace.names(title: "Queue of \(sender.name)", place: .senders, notice: notice).with(own).with(state.names)
    }
}

/// What scripts fetch again and again. Template `queue-state`.
struct QueueStateView: RenderedView {
    static let template = "queue-state"
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - waiting: nil for who may not read conversations.
    ///   - after: where the page of messages begins; nil for the first.
    init(
        _ overview: QueueOverview, waiting: Page<QueuedMessage>?, unknown: [QueuedMessage], after: String?, pausedBy: String?,
        in workspace: WorkspaceFrame
    ) {
        let (queue, sender, times) = (overview.queue, overview.sender, workspace.frame.times)
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)/queue"
        let stoppable = queue.stoppable
        let place = QueuedMessageView.Place(base: workspace.base, times: times)
        let choices = queue.waiting.filter { $0.count.count > 0 }
        names = workspace.frame.names(title: "").with([
            "base": workspace.base, "queueAddress": address, "statePart": "\(address)?part=state\(after.map { "&after=\($0)" } ?? "")",
            "isPaused": queue.hold.isPaused, "areCampaignsPaused": !queue.hold.isPaused && overview.campaignsPaused != nil,
            "managesQueue": workspace.grants.contains(.sendersManage),
            "banner": Self.banner(overview, pausedBy: pausedBy, times).orFalse,
            "outlook": Self.outlook(overview, times).orFalse, "sentBy": Self.sentBy(queue).orFalse,
            "tiles": queue.waiting.map { TileView($0, times) } + Self.tiles(queue),
            "hasStoppable": stoppable.count > 0, "stoppableText": Figures.messages(stoppable),
            "stoppableCount": stoppable.isMore ? "" : String(stoppable.count),
            "sendingText": Self.sending(queue.sending), "queueEnd": queue.end?.text ?? "",
            "hasLanes": choices.count > 1,
            "laneChoices": choices.map {
                ChoiceView(value: $0.lane.name.rawValue, label: "\($0.lane.title) (\(Figures.text($0.count)))", isSelected: false)
            },
            "hasRetryable": queue.retryable.count > 0, "retryableText": Figures.messages(queue.retryable),
            "retryableCount": queue.retryable.isMore ? "" : String(queue.retryable.count),
            "readsMessages": waiting != nil, "isFirstPage": after == nil, "hasMessages": waiting?.data.isEmpty == false,
            "messages": (waiting?.data ?? []).map { QueuedMessageView($0, in: place) },
            "moreAddress": (waiting?.next.map { "\(address)?after=\($0)" }).orFalse,
            "hasUnknown": !unknown.isEmpty, "unknownMessages": unknown.map { QueuedMessageView($0, in: place) },
            "unknownRest": (queue.unknown.count > unknown.count && !unknown.isEmpty ? "The oldest of \(Figures.text(queue.unknown))." : nil)
                .orFalse,
        ])
    }

    private static func sending(_ count: BoundedCount) -> String {
        switch count.count {
        case 0 where !count.isMore: "None is with WhatsApp at this moment."
        case 1 where !count.isMore: "1 more is with WhatsApp already and can't be stopped."
        default: "\(Figures.text(count)) more are with WhatsApp already and can't be stopped."
        }
    }

    /// Why nothing leaves, when nothing does.
    private static func banner(_ overview: QueueOverview, pausedBy: String?, _ times: PageTimes) -> String? {
        let (queue, sender) = (overview.queue, overview.sender)
        if let since = queue.hold.pausedAt {
            let who = pausedBy.map { " by \($0)" } ?? ""
            return "Paused\(who) since \(times.dayAndTime(since)). Nothing leaves until somebody resumes."
        }
        guard sender.status == .online else {
            let word = SenderWords.status(sender.status).word
            return "This number is \(word.lowercased()), so nothing leaves. \(sender.statusReason ?? "")"
        }
        let reason = overview.campaignsPaused.map { WaitReason.campaignsPaused($0).sentence }
        return queue.stoppable.count > 0 ? overview.obstacle?.sentence ?? reason : reason
    }

    /// How long the rest takes, when nothing else comes.
    private static func outlook(_ overview: QueueOverview, _ times: PageTimes) -> String? {
        guard let end = overview.lastLeavesAt else { return nil }
        let pace = overview.queue.pace.perSecond(at: overview.at)
        let isMore = overview.queue.waiting.contains { $0.count.isMore }
        let seconds = end.timeIntervalSince(overview.at)
        let time =
            switch (isMore, seconds < 60) {
            case (true, true): "at least \(Int(seconds)) seconds"
            case (true, false): "at least \(PageTimes.span(seconds: seconds))"
            case (false, true): "less than a minute"
            case (false, false): "about \(PageTimes.span(seconds: seconds))"
            }
        return "Up to \(Figures.text(pace)) may leave in a second. All that waits takes \(time)."
    }

    private static func sentBy(_ queue: SenderQueue) -> String? {
        queue.owner.map { owner in
            owner.host.map { "The process \(owner.processID) on \($0) sends for this number." }
                ?? "The process \(owner.processID) sends for this number."
        }
    }

    private static func tiles(_ queue: SenderQueue) -> [TileView] {
        var tiles = [TileView("With WhatsApp now", queue.sending)]
        if queue.scheduled.count > 0 { tiles.append(TileView("Scheduled", queue.scheduled)) }
        if queue.unknown.count > 0 { tiles.append(TileView("Not known whether sent", queue.unknown, tone: "warn")) }
        if queue.retryable.count > 0 { tiles.append(TileView("Failed, can be tried again", queue.retryable, tone: "danger")) }
        return tiles
    }

    /// A number with what it counts.
    struct TileView: View {
        let names: [String: any Sendable]

        init(_ waiting: SenderQueue.Waiting, _ times: PageTimes) {
            names = [
                "tileLabel": waiting.lane.title, "tileFigure": Figures.text(waiting.count), "tileTone": "",
                "tileNote": (waiting.oldestAt.map { "since \(times.dayAndTime($0))" } ?? "none waits"),
            ]
        }

        init(_ label: String, _ count: BoundedCount, tone: String = "") {
            names = ["tileLabel": label, "tileFigure": Figures.text(count), "tileTone": tone, "tileNote": false]
        }
    }
}

/// One message that waits. Template `queue-message`.
struct QueuedMessageView: View {
    let names: [String: any Sendable]

    struct Place: Sendable {
        let base: String
        let times: PageTimes

        init(base: String, times: PageTimes) { (self.base, self.times) = (base, times) }
    }

    init(_ queued: QueuedMessage, in place: Place) {
        let (message, times) = (queued.message, place.times)
        let content = message.content
        let last = Conversation.LastMessage(
            id: message.id, kind: content.kind, media: content.mediaForm, direction: .outbound, status: message.status,
            preview: content.preview, at: message.at)
        names = [
            "queuedID": message.id.text, "queuedAddress": "\(place.base)/whatsapp/\(message.conversationID.text)#m-\(message.id.text)",
            "queuedName": queued.contact.title, "queuedPreview": ConversationRowView.preview(last), "queuedLane": queued.lane.word,
            // The time of a scheduled one is that of its leaving.
            "queuedSince": message.status == .scheduled ? "scheduled for" : "accepted", "queuedTime": times.dayAndTime(message.at),
            "queuedTimestamp": times.timestamp(message.at),
            "queuedFullTime": times.full(message.at),
            "queuedAttempt": Self.attempt(message).orFalse, "queuedReason": Self.reason(queued, times),
            "queuedTone": Self.tone(queued, times),
            "queuedWhen": Self.when(queued, times).orFalse,
        ]
    }

    /// The one that comes next, once there was one.
    private static func attempt(_ message: Message) -> String? {
        let number = message.status == .unknown ? message.attempt : message.attempt + 1
        return number > 1 ? "attempt \(number)" : nil
    }

    private static func reason(_ queued: QueuedMessage, _ times: PageTimes) -> String {
        if let decideAt = queued.decideAt {
            return decideAt > times.now ? "WhatsApp's report is awaited until \(times.time(decideAt))" : "Needs a decision"
        }
        return queued.departure?.reason.sentence ?? ""
    }

    private static func tone(_ queued: QueuedMessage, _ times: PageTimes) -> String {
        if let decideAt = queued.decideAt { return decideAt > times.now ? "" : "warn" }
        switch queued.departure?.reason {
        case .halted, .paused, .senderUnavailable, .campaignsPaused, .nobodySends: return "warn"
        default: return ""
        }
    }

    private static func when(_ queued: QueuedMessage, _ times: PageTimes) -> String? {
        guard let earliest = queued.departure?.earliest, earliest.timeIntervalSince(times.now) >= 60 else { return nil }
        return "not before \(times.dayAndTime(earliest))"
    }
}
