internal import Domain

/// From which number, and to whom. Template `new-conversation`.
struct NewConversationView: RenderedView {
    static let template = "new-conversation"
    let names: [String: any Sendable]

    /// Where somebody is written to, up to their number.
    static func address(base: String) -> String { "\(base)/whatsapp/new?to=" }

    /// What was filled in.
    struct Draft: Sendable {
        let sender: String
        /// A number, a name, or whatever else was typed.
        let to: String

        init(sender: String, to: String) { (self.sender, self.to) = (sender, to) }
    }

    /// - Parameters:
    ///   - known: conversations that there are with the number.
    ///   - offered: people whom a name may mean.
    init(
        _ draft: Draft, senders: [Sender], known: [Conversation] = [], offered: [Conversation] = [], problem: (any Problem)? = nil,
        in workspace: WorkspaceFrame
    ) {
        let senderNames = Dictionary(senders.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        let isNumber = problem is PhoneNumberProblem
        let number = try? PhoneNumber(parsing: draft.to)
        let own: [String: any Sendable] = [
            "newAddress": "\(workspace.base)/whatsapp/new", "newTo": problem == nil ? number?.display ?? draft.to : draft.to,
            "hasNewSenders": !senders.isEmpty,
            "newHasSeveralSenders": senders.count > 1, "newSender": senders.first?.id.text ?? "",
            "newSenders": senders.map {
                ChoiceView(value: $0.id.text, label: "\($0.name) (\($0.phoneNumber.display))", isSelected: $0.id.text == draft.sender)
            },
            // With people to choose from, what was typed was a name.
            "newToError": (isNumber && offered.isEmpty ? problem?.detail : nil).orFalse,
            "newError": (isNumber ? nil : problem?.detail).orFalse,
            "newCountry": number.flatMap { PhoneNumbers.embedded.country(of: $0)?.name }.orFalse,
            "hasKnown": !known.isEmpty, "known": known.map { PersonView($0, senderNames, workspace.base) },
            "hasOffered": !offered.isEmpty, "offered": offered.map { PersonView($0, senderNames, workspace.base) },
        ]
        names = own.with(workspace.names(title: "New conversation", place: .inbox))
    }

    /// Somebody with whom there is a conversation.
    struct PersonView: View {
        let names: [String: any Sendable]

        init(_ conversation: Conversation, _ senders: [Identifier<Sender>: String], _ base: String) {
            let contact = conversation.contact
            let number = contact.phoneNumber?.display
            names = [
                "personName": contact.title, "personNumber": (number == contact.title ? nil : number).orFalse, "personID": contact.id.text,
                "personHue": Initials.hue(of: contact.id.text), "personInitials": Initials.of(contact.title),
                "personSender": senders[conversation.senderID].orFalse, "personAddress": "\(base)/whatsapp/\(conversation.id)",
            ]
        }
    }
}
