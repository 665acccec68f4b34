internal import Domain
internal import Services

/// The work in the background. Template `jobs`.
struct JobsView: RenderedView {
    static let template = "jobs"
    let names: [String: any Sendable]

    /// - Parameter isFirst: whether the page of dead jobs is the first one.
    init(dead: Page<JobEntry>, isFirst: Bool, pending: Page<JobEntry>, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let own: [String: any Sendable] = [
            "hasDead": !dead.data.isEmpty, "dead": dead.data.map { EntryView($0, times) }, "isFirst": isFirst, "isLater": !isFirst,
            "olderJobs": dead.next.orFalse, "hasPending": !pending.data.isEmpty, "pending": pending.data.map { EntryView($0, times) },
            "morePending": pending.next != nil,
        ]
        names = own.with(SettingsTab.jobs.names).with(workspace.names(title: "Background work", place: .settings, notice: notice))
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ job: JobEntry, _ times: PageTimes) {
            let words = JobWords(job.kind)
            let tried = job.attempts == 0 ? "Not tried yet" : job.attempts == 1 ? "Tried once" : "Tried \(job.attempts) times"
            let moment =
                switch job.state {
                case .dead: "last at \(times.full(job.runAt))"
                case .pending: job.runAt > times.now ? "next try at \(times.time(job.runAt))" : "due now"
                }
            names = [
                "jobID": job.id.text, "jobKind": words.title, "jobMeaning": words.meaning, "jobKey": job.key,
                "jobTries": "\(tried), \(moment)", "jobError": job.error.orFalse,
            ]
        }
    }
}

/// What a kind of work is, in plain words.
struct JobWords {
    let title: String
    /// One sentence: what happens when it is never done.
    let meaning: String

    init(_ kind: String) {
        switch kind {
        case JobKind.contactImport:
            title = "Take a file of contacts in"
            meaning = "Rows that aren\u{2019}t in the directory yet stay out of it until this is done."
        case JobKind.mediaDownload:
            title = "Fetch a file that a customer sent"
            meaning = "The file stays missing in its conversation until this is done."
        case JobKind.readReceipt:
            title = "Tell a customer that their message was read"
            meaning = "The customer doesn\u{2019}t see the blue ticks until this is done."
        case JobKind.snoozeEnd:
            title = "Bring back a snoozed conversation"
            meaning = "The conversation stays among the snoozed ones until this is done."
        case JobKind.push:
            title = "Show a notification in a browser"
            meaning = "The person doesn\u{2019}t see it until they open a page."
        case JobKind.webhookDelivery:
            title = "Post receipts to an address of yours"
            meaning = "The address isn\u{2019}t told until this is done."
        case JobKind.profileSync:
            title = "Fetch the profile of a number"
            meaning = "The profile is shown as it was before until this is done."
        case JobKind.numberSignup:
            title = "Go on with connecting a number"
            meaning = "The number isn\u{2019}t connected until this is done. Its page has \u{201C}Try again\u{201D}."
        case JobKind.digest:
            title = "Tell a person by e-mail what they have missed"
            meaning = "They see it when they open a page. Look at the settings of e-mail."
        case JobKind.renewal:
            title = "Renew a number"
            meaning = "Nothing is charged, and the number stays as it is until this is done."
        case JobKind.creditMail:
            title = "Tell owners and admins by e-mail that credits don\u{2019}t suffice"
            meaning = "They see it on the page of credits. Look at the settings of e-mail."
        case JobKind.conversationDeletion:
            title = "Delete the rest of a conversation"
            meaning = "Its oldest messages are gone already; the others stay until this is done."
        case JobKind.scheduledMessage:
            title = "Send a message at its time"
            meaning = "The message stays in its conversation, unsent, until this is done."
        case JobKind.callBlocking:
            title = "Reject a customer\u{2019}s call"
            meaning = "The call rings until the customer gives up, and they aren\u{2019}t sent the block message."
        case JobKind.consentConfirmation:
            title = "Confirm to a customer what they will be sent"
            meaning = "What they said counts all the same."
        case JobKind.receptionMail:
            title = "Send what came for a number by e-mail"
            meaning = "The messages are in the inbox all the same. Look at the settings of e-mail."
        case JobKind.keptIntake:
            title = "Bring in what a number didn\u{2019}t receive"
            meaning = "It stays in the journal, unseen, until this is done."
        default:
            // Of a newer version, or one that is no longer there.
            title = kind
            meaning = "This version of the program doesn\u{2019}t know this kind of work."
        }
    }
}
