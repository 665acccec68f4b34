internal import Domain
internal import Services

/// What becomes of what arrives for a number. Template `reception`.
struct ReceptionView: RenderedView {
    static let template = "reception"
    let names: [String: any Sendable]

    /// The form as it is filled in.
    struct Draft: Sendable {
        let receivesMessages, notifies, receivesGroupMessages, sendsMail, blocksCalls: Bool
        let mailAddress, blockMessage: String

        init(_ options: ReceptionOptions) {
            (receivesMessages, notifies) = (options.receivesMessages, options.notifies)
            (receivesGroupMessages, sendsMail) = (options.receivesGroupMessages, options.sendsMail)
            (blocksCalls, mailAddress) = (options.blocksCalls, options.mailAddress?.text ?? "")
            blockMessage = options.blockMessage ?? ""
        }

        /// A box that isn't ticked isn't sent.
        init(_ form: FormFields) {
            (receivesMessages, notifies) = (form["receivesMessages"] != nil, form["notifies"] != nil)
            (receivesGroupMessages, sendsMail) = (form["receivesGroupMessages"] != nil, form["sendsMail"] != nil)
            (blocksCalls, mailAddress) = (form["blocksCalls"] != nil, form["mailAddress"] ?? "")
            // Forms send line breaks as two characters.
            blockMessage = (form["blockMessage"] ?? "").replacing("\r\n", with: "\n")
        }

        func options() throws(ReceptionProblem) -> ReceptionOptions {
            try ReceptionOptions(
                receivesMessages: receivesMessages, notifies: notifies, receivesGroupMessages: receivesGroupMessages,
                sendsMail: sendsMail, mailAddress: mailAddress, blocksCalls: blocksCalls, blockMessage: blockMessage)
        }
    }

    /// What the reader may do here.
    struct May: Sendable {
        let manage: Bool
        let bringIn: Bool

        init(manage: Bool, bringIn: Bool) { (self.manage, self.bringIn) = (manage, bringIn) }
    }

    init(
        _ sender: Sender, _ reception: Reception, draft: Draft, problem: ReceptionProblem?, may: May, notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)/reception"
        let receives = reception.options.receivesMessages && sender.facts.isActive && sender.facts.subscription != .lapsed
        func error(_ field: String) -> any Sendable { (problem?.field == field ? problem?.detail : nil).orFalse }
        let own: [String: any Sendable] = [
            "receptionAddress": address,
            "mayManage": may.manage, "receivesMessages": draft.receivesMessages, "notifies": draft.notifies,
            "receivesGroupMessages": draft.receivesGroupMessages, "sendsMail": draft.sendsMail, "blocksCalls": draft.blocksCalls,
            "mailAddress": draft.mailAddress, "blockMessage": draft.blockMessage,
            "mailError": error("sendsMail"), "mailAddressError": error("mailAddress"), "callsError": error("blocksCalls"),
            "blockMessageError": error("blockMessage"), "receptionProblem": (problem.flatMap { $0.field == nil ? $0.detail : nil }).orFalse,
            "callFault": reception.callFault.map {
                "The last call couldn\u{2019}t be rejected, \(workspace.frame.times.full($0.at)). \($0.reason)"
            }.orFalse,
            "hasKept": reception.keptCount > 0, "keptWords": Self.words(forKept: reception.keptCount),
            "mayBringIn": may.bringIn && receives && reception.keptCount > 0, "isOff": !receives && !reception.options.receivesMessages,
            "numberIsOff": !receives && reception.options.receivesMessages,
        ]
        names = own.with(SenderTabs(sender, .reception, in: workspace).names).with(
            workspace.names(title: "Reception of \(sender.name)", place: .senders, notice: notice))
    }

    static func words(forKept count: Int) -> String {
        switch count {
        case 0: "Nothing is kept."
        case 1: "One delivery from WhatsApp is kept."
        case Reception.countLimit...: "\(Figures.text(Reception.countLimit)) deliveries from WhatsApp or more are kept."
        default: "\(Figures.text(count)) deliveries from WhatsApp are kept."
        }
    }
}
