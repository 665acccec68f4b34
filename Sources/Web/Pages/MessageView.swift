internal import Domain
internal import Foundation

/// A message with what is shown around it: whom it answers, what was put on it, its file.
struct ShownMessage: Sendable {
    struct Mark: Sendable, Equatable {
        let emoji: String
        let isOurs: Bool

        init(emoji: String, isOurs: Bool) { (self.emoji, self.isOurs) = (emoji, isOurs) }
    }

    let message: Message
    /// The message it answers; nil also when that one is no longer here.
    let quoted: Message?
    let reactions: [Mark]
    let file: MediaFile?
    /// Who of us, or in a group who of them, wrote it; nil when that isn't known, or is the customer.
    let writer: String?
    /// The same of the message it answers.
    let quotedWriter: String?
    /// When its outcome became unknown; nil unless it is.
    let unknownSince: Date?

    init(
        _ message: Message, quoted: Message? = nil, quotedWriter: String? = nil, reactions: [Mark] = [], file: MediaFile? = nil,
        writer: String? = nil, unknownSince: Date? = nil
    ) {
        (self.message, self.quoted, self.reactions, self.file) = (message, quoted, reactions, file)
        (self.writer, self.quotedWriter, self.unknownSince) = (writer, quotedWriter, unknownSince)
    }
}

/// One bubble of a thread, or the line of a system message. Template `message`.
struct MessageView: View {
    /// Who reads, as a writer.
    static let selfWriter = "You"
    /// One of us, when nobody knows who.
    static let someWriter = "Your team"

    let names: [String: any Sendable]

    /// Where a bubble stands: what it needs beside the message itself.
    struct Place: Sendable {
        let base: String
        let contactName: String
        let times: PageTimes
        let canSend: Bool
        /// Of the conversation: what isn't a template leaves only while it is open.
        let window: MessagingWindow
        /// Who reads, when it is a person.
        let reader: Identifier<Account>?
        let writesNotes: Bool
        let deletesConversations: Bool
        /// Whether it begins a group of its writer's.
        var isFirst = true

        init(
            base: String, contactName: String, times: PageTimes, grants: Set<Grant>, window: MessagingWindow, reader: Identifier<Account>?
        ) {
            (self.base, self.contactName, self.times) = (base, contactName, times)
            (canSend, writesNotes) = (grants.contains(.messagesSend), grants.contains(.notesWrite))
            deletesConversations = grants.contains(.conversationsDelete)
            (self.window, self.reader) = (window, reader)
        }

        /// Whether the window will have shut by then, unless the customer writes.
        func closes(before date: Date, _ content: MessageContent) -> Bool {
            if case .template = content { return false }
            return !window.allowsSending(at: date)
        }

        /// Whether sending this once more could work, as far as the page knows.
        func couldLeave(_ content: MessageContent) -> Bool {
            guard canSend else { return false }
            if case .template = content { return true }
            return window.allowsSending(at: times.now)
        }
    }

    init(_ shown: ShownMessage, in place: Place) {
        let message = shown.message
        let isOurs = message.direction == .outbound
        let writer = shown.writer ?? (isOurs ? Self.someWriter : place.contactName)
        var fullTime = place.times.full(message.at)
        if isOurs, let writer = shown.writer { fullTime += " · \(writer)" }
        var names = Self.empty(side: isOurs ? "out" : "in", writer: writer, isFirst: place.isFirst)
        names["messageID"] = message.id.text
        names["messageAddress"] = Self.messageAddress(of: message, base: place.base)
        names["clientID"] = message.clientID ?? ""
        names["at"] = String(message.at.milliseconds)
        names["sequence"] = String(message.sequence)
        names["day"] = place.times.day(message.at)
        names["time"] = place.times.time(message.at)
        names["timestamp"] = place.times.timestamp(message.at)
        names["fullTime"] = fullTime
        names["groupWriter"] = (isOurs ? nil : shown.writer).orFalse
        // Nobody can answer a call with a quote or a reaction.
        names["hasActions"] = message.content.kind != .call
        if message.revokedAt != nil {
            names["quietText"] = isOurs ? "This message was deleted." : "The customer deleted this message."
            names["hasActions"] = false
        } else {
            names.merge(MessageContentNames(message.content, file: shown.file, base: place.base, canSend: place.canSend).names) { _, new in
                new
            }
            names["isEdited"] = message.editedAt != nil
            names["isForwarded"] = message.origin?.isForwarded ?? false
            names["referral"] = (message.origin?.referral.map(ReferralView.init)).orFalse
        }
        if case .system(let content) = message.content { names["systemText"] = MessageContentNames.text(of: content) }
        names.merge(Self.quote(shown, in: place)) { _, new in new }
        names.merge(Self.outcome(of: shown, in: place)) { _, new in new }
        names["hasReactions"] = !shown.reactions.isEmpty
        names["reactions"] = shown.reactions.map { ReactionView($0, contactName: place.contactName) }
        self.names = names
    }

    /// The bubble that scripts fill with what is being sent. `freshID` stands where its id will be.
    static func blank() -> MessageView {
        var names = empty(side: "out", writer: selfWriter, isFirst: true)
        let tick = MessageTick(.sending)
        names["tick"] = (tick?.icon).orFalse
        names["tickTone"] = tick?.tone ?? ""
        names["tickWord"] = tick?.word ?? ""
        // Something to put the text into; scripts replace it.
        names["bodyHTML"] = " "
        return MessageView(names: names)
    }

    private init(names: [String: any Sendable]) { self.names = names }

    private static func empty(side: String, writer: String, isFirst: Bool) -> [String: any Sendable] {
        let strings: [String: any Sendable] = [
            "messageID": "", "messageAddress": "", "clientID": "", "at": "", "sequence": "", "day": "", "time": "", "timestamp": "",
            "fullTime": "",
            "side": side, "writerWord": writer, "tickTone": "", "tickWord": "", "retryLabel": "",
        ]
        let flags: [String: any Sendable] = [
            "systemText": false, "groupWriter": false, "isFirst": isFirst, "isFailed": false, "isUncertain": false, "isForwarded": false,
            "referral": false,
            "isEdited": false,
            "quote": false, "tick": false, "failure": false, "retryAddress": false, "decideAt": false, "decisions": [DecisionView](),
            "schedule": [ScheduleView](),
            "hasActions": false, "hasReactions": false,
            "reactions": [ReactionView](),
        ]
        return strings.with(flags).with(MessageContentNames.none)
    }

    private static func quote(_ shown: ShownMessage, in place: Place) -> [String: any Sendable] {
        guard shown.message.replyTo != nil else { return [:] }
        guard let quoted = shown.quoted else {
            return ["quote": true, "quoteID": "", "quoteAddress": "", "quoteWriter": "", "quoteText": "An earlier message that isn't here"]
        }
        let text = quoted.revokedAt == nil ? MessageMarkup.line(quoted.content.preview) : "Deleted"
        let writer = shown.quotedWriter ?? (quoted.direction == .outbound ? someWriter : place.contactName)
        return [
            "quote": true, "quoteID": quoted.id.text, "quoteAddress": address(of: quoted, base: place.base), "quoteWriter": writer,
            "quoteText": text,
        ]
    }

    /// Where a message is shown among those around it.
    static func address(of message: Message, base: String) -> String {
        "\(base)/whatsapp/\(message.conversationID.text)?at=\(message.id.text)#m-\(message.id.text)"
    }

    /// Below which lies what is done with a message.
    private static func messageAddress(of message: Message, base: String) -> String {
        "\(base)/whatsapp/\(message.conversationID.text)/messages/\(message.id.text)"
    }

    /// Ticks, and what went wrong with what to do about it.
    private static func outcome(of shown: ShownMessage, in place: Place) -> [String: any Sendable] {
        let message = shown.message
        let address = messageAddress(of: message, base: place.base)
        guard message.direction == .outbound, let tick = MessageTick(message.status) else { return [:] }
        var names: [String: any Sendable] = [
            "tick": tick.icon, "tickTone": tick.tone, "tickWord": tick.word, "isFailed": message.status == .failed,
            "isUncertain": message.status == .unknown,
        ]
        switch message.status {
        case .failed:
            let reason = message.error.map { "\($0.detail) \($0.advice)" } ?? "WhatsApp gave no reason."
            names["failure"] = "Not sent. \(reason)"
            // A window that had closed may be open again.
            let canPass = message.error.map { $0.retryable || $0.code == SendingProblem.windowClosed(closedAt: nil).code } ?? true
            if canPass, place.couldLeave(message.content) {
                names["retryAddress"] = "\(address)/retry"
                names["retryLabel"] = "Retry"
            }
        case .unknown:
            let decideAt = shown.unknownSince?.addingTimeInterval(MessageDecision.waitSeconds)
            if let decideAt, decideAt > place.times.now {
                names["failure"] = """
                    WhatsApp didn't answer, so nobody knows yet whether this was sent. Its report is awaited until \(place.times.time(decideAt)).
                    """
                names["decideAt"] = String(decideAt.milliseconds)
            } else {
                names["failure"] = """
                    WhatsApp hasn't said whether this was sent. Sent again, the customer may get it twice; left, it counts as not sent.
                    """
                if place.canSend {
                    names["decisions"] = DecisionView.choices(
                        address: "\(address)/decision", canSendAgain: place.couldLeave(message.content))
                }
            }
        case .scheduled:
            guard let sendAt = message.sendAt else { break }
            names["schedule"] = [ScheduleView(message, at: sendAt, address: "\(address)/schedule", in: place)]
        case .cancelled:
            names["failure"] = "Cancelled before it was sent."
        default: break
        }
        return names
    }
}

/// What a person may decide about a message of unknown outcome.
struct DecisionView: View {
    let names: [String: any Sendable]

    private init(_ decision: MessageDecision, label: String, question: String?, address: String) {
        names = [
            "decisionAddress": address, "decisionValue": decision.rawValue, "decisionLabel": label, "decisionQuestion": question.orFalse,
        ]
    }

    static func choices(address: String, canSendAgain: Bool) -> [DecisionView] {
        let again = DecisionView(
            .sendAgain, label: "Send again", question: "Nobody knows whether it arrived: the customer may get it twice. Send it again?",
            address: address)
        let leave = DecisionView(.leave, label: "Leave it", question: nil, address: address)
        return canSendAgain ? [again, leave] : [leave]
    }
}

/// When a message is to leave, and what can be done about it until then.
struct ScheduleView: View {
    let names: [String: any Sendable]

    init(_ message: Message, at sendAt: Date, address: String, in place: MessageView.Place) {
        let text: String? = if case .text(let content) = message.content { content.body } else { nil }
        let isToday = place.times.day(sendAt) == place.times.day(place.times.now)
        names = [
            "leavesAt": (isToday ? "today " : "") + place.times.dayAndTime(sendAt),
            "leavesAfterWindow": place.closes(before: sendAt, message.content),
            "scheduleAddress": address, "mayReschedule": place.canSend, "scheduleField": place.times.field(sendAt),
            "scheduleText": text.orFalse, "scheduleKey": message.id.text,
        ]
    }
}

/// One emoji on a bubble.
struct ReactionView: View {
    let names: [String: any Sendable]

    init(_ mark: ShownMessage.Mark, contactName: String) {
        names = [
            "reactionEmoji": mark.emoji, "reactionIsOurs": mark.isOurs,
            "reactionWriter": mark.isOurs ? MessageView.someWriter : contactName,
        ]
    }
}

/// What the messages of a fragment are rendered with. Template `message-fragment`.
struct MessageFragmentView: RenderedView {
    static let template = "message-fragment"
    let names: [String: any Sendable]

    init(_ message: MessageView, frame: PageFrame) {
        names = frame.names(title: "").with(["bubble": message])
    }
}
