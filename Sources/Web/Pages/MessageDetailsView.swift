internal import Domain
internal import Foundation

/// What is known of one message: times, attempts, price, ids. Template `message-details`.
struct MessageDetailsView: RenderedView {
    static let template = "message-details"
    let names: [String: any Sendable]

    /// - Parameter writers: the names of those of us who wrote, by ``Actor/text``.
    init(_ history: MessageHistory, contactName: String, writers: [String: String], times: PageTimes, frame: PageFrame) {
        let (message, newest) = (history.message, history.attempts.last)
        let isOurs = message.direction == .outbound
        let isByProgram = if case .key = message.author.flatMap(Actor.init(parsing:)) { true } else { false }
        var facts: [DetailView] = [
            DetailView("From", Self.writer(history, contactName: contactName, writers))
        ]
        if let tick = MessageTick(message.status) { facts.append(DetailView("Status", tick.word)) }
        facts += Self.moments(history).map { DetailView($0.name, $0.at, times) }
        if isOurs {
            facts += Self.price(newest)
            facts.append(DetailView("Attempts", history.attempts.isEmpty ? "None yet" : String(history.attempts.count)))
        }
        let error = message.error ?? (message.status == .failed ? newest?.error : nil)
        names = frame.names(title: "").with([
            "messageDetailsID": message.id.text, "facts": facts, "fault": error.map(FaultView.init).orFalse,
            "hasAttempts": !history.attempts.isEmpty,
            "attempts": history.attempts.reversed().map { AttemptView($0, times) },
            "ids": [
                message.providerID.map { CopiedView("WhatsApp's id", $0) }, CopiedView("Id in the API", message.id.text),
                // What the composer makes up tells nobody anything.
                isByProgram ? message.clientID.map { CopiedView("Id given by the program", $0) } : nil,
            ].compactMap(\.self),
        ])
    }

    private static func writer(_ history: MessageHistory, contactName: String, _ writers: [String: String]) -> String {
        let message = history.message
        guard message.direction == .outbound else { return message.author ?? contactName }
        guard let author = message.author else { return MessageView.someWriter }
        return switch Actor(parsing: author) {
        case .key: history.keyName.map { "A program, with the API key “\($0)”" } ?? "A program"
        case .system: "Switchboard, by itself"
        case .member, nil: writers[author] ?? MessageView.someWriter
        }
    }

    /// From what is sent at once its id and its time differ by less.
    private static let leastWaitSeconds = 1.0

    /// The moments of its way, in their order.
    private static func moments(_ history: MessageHistory) -> [(name: String, at: Date)] {
        let message = history.message
        guard message.direction == .outbound else {
            return [
                ("Written", message.at), ("Changed by the customer", message.editedAt), ("Deleted by the customer", message.revokedAt),
                ("Told the customer that it was read", message.readAt),
            ].compactMap { name, at in at.map { (name, $0) } }
        }
        let played = history.attempts.last?.reports.first { $0.status == .played }?.at
        // Of a voice message both can be reported; the time of the message is the first of the two.
        let read = history.attempts.last?.reports.first { $0.status == .read }?.at ?? (played == nil ? message.readAt : nil)
        // What waits for its moment has that as its time, and what left the moment it left: only its id still says since when it is here.
        let scheduled = message.id.madeAt.flatMap { $0.addingTimeInterval(leastWaitSeconds) <= message.at ? $0 : nil }
        return [
            ("Scheduled", scheduled), (message.sendAt == nil ? "Accepted" : "To leave at", message.at), ("Sent", message.sentAt),
            ("Delivered", message.deliveredAt),
            ("Read", read), ("Played", played), ("Changed", message.editedAt), ("Deleted", message.revokedAt),
        ].compactMap { name, at in at.map { (name, $0) } }
    }

    private static func price(_ attempt: MessageAttempt?) -> [DetailView] {
        guard let attempt, let price = attempt.price else { return [] }
        let words: String
        switch (attempt.isBilled, price.isBillable) {
        case (true, _): words = "Billed by WhatsApp"
        case (false, true): words = attempt.status == .failed ? "Not billed, because it wasn't delivered" : "Billed once it is delivered"
        case (false, _):
            words =
                switch price.kind {
                case "free_customer_service": "Free: one of WhatsApp's free service messages"
                case "free_entry_point": "Free: the customer came from an ad or a button"
                default: "Free"
                }
        case (nil, _): words = "WhatsApp hasn't said"
        }
        return [price.category.map { DetailView("Category", categoryName($0)) }, DetailView("Price", words)].compactMap(\.self)
    }

    static func categoryName(_ category: String) -> String {
        switch category {
        case "marketing": "Marketing"
        case "marketing_lite": "Marketing, by WhatsApp's own delivery"
        case "utility": "Utility"
        case "authentication": "Authentication"
        case "authentication_international": "Authentication, international"
        case "service": "Service"
        case "referral_conversion": "From an ad"
        case "group_marketing": "Marketing in a group"
        case "group_utility": "Utility in a group"
        case "group_service": "Service in a group"
        default: category.replacing("_", with: " ")
        }
    }
}

/// The same as a page by itself, for browsers without scripts. Template `message-details-page`.
struct MessageDetailsPageView: RenderedView {
    static let template = "message-details-page"
    let names: [String: any Sendable]

    init(_ details: MessageDetailsView, address: String, contactName: String, in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Message", place: .inbox).with(["backAddress": address, "contactName": contactName])
            .with(details.names)
    }
}

/// One line of the details: a name, and a value or a moment.
struct DetailView: View {
    let names: [String: any Sendable]

    init(_ name: String, _ value: String) { names = ["detailName": name, "detailValue": value, "detailMoment": false] }

    init(_ name: String, _ at: Date, _ times: PageTimes) {
        names = ["detailName": name, "detailValue": times.full(at), "detailMoment": times.timestamp(at)]
    }
}

/// Why it failed, and what would help.
struct FaultView: View {
    let names: [String: any Sendable]

    init(_ error: MessageError) { names = ["faultDetail": error.detail, "faultAdvice": error.advice, "faultCode": error.code] }
}

/// An id that somebody may want to pass on.
struct CopiedView: View {
    let names: [String: any Sendable]

    init(_ name: String, _ text: String) { names = ["copiedName": name, "copiedText": text] }
}

/// One call to the provider, and what came of it.
struct AttemptView: View {
    let names: [String: any Sendable]

    init(_ attempt: MessageAttempt, _ times: PageTimes) {
        names = [
            "attemptNumber": String(attempt.number), "attemptOutcome": MessageTick(attempt.status.messageStatus)?.word ?? "",
            "attemptTime": times.full(attempt.startedAt), "attemptTimestamp": times.timestamp(attempt.startedAt),
            "attemptFault": attempt.error.map(FaultView.init).orFalse,
            "attemptReports": attempt.reports.map { report in
                DetailView(
                    [MessageTick(report.status.messageStatus)?.word, report.participant].compactMap(\.self).joined(separator: ", "),
                    report.at,
                    times)
            },
        ]
    }
}
