internal import Domain

/// A message as `POST /{phone-number-id}/messages` takes it (Meta, "Send messages", read 2026-11).
enum MetaPayload {
    /// - Throws: an error with one of our codes when the message can't be put into Meta's form at all.
    static func body(_ message: OutboundMessage) throws(UnsendableContent) -> JSONNode {
        let (type, content) = try self.content(message)
        var members: [JSONMember] = [JSONMember("messaging_product", "whatsapp")]
        members += try recipient(message.recipient)
        // A reaction names its target itself.
        if let target = message.targetProviderID, message.content.kind != .reaction {
            members.append(JSONMember("context", ["message_id": .string(target)]))
        }
        // Comes back with each status, so that an answer that got lost can be made up for.
        members.append(JSONMember("biz_opaque_callback_data", .string(message.attempt.text)))
        members.append(JSONMember("type", .string(type)))
        members.append(JSONMember(type, content))
        return .object(members)
    }

    private static func recipient(_ recipient: Recipient) throws(UnsendableContent) -> [JSONMember] {
        if let group = recipient.groupID { return [JSONMember("recipient_type", "group"), JSONMember("to", .string(group))] }
        let individual = JSONMember("recipient_type", "individual")
        // With the plus: without it Meta may put the business's own country code in front.
        if let phone = recipient.phone { return [individual, JSONMember("to", .string(phone.text))] }
        if let id = recipient.businessScopedID { return [individual, JSONMember("recipient", .string(id))] }
        throw .recipientMissing
    }

    private static func content(_ message: OutboundMessage) throws(UnsendableContent) -> (type: String, object: JSONNode) {
        switch message.content {
        case .text(let text):
            ("text", ["body": .string(text.body), "preview_url": text.previewUrl.map { .bool($0) }])
        case .media(let media): (media.kind.rawValue, try Self.media(media, message.providerMediaID))
        case .location(let place):
            (
                "location",
                [
                    "latitude": .number(place.latitude), "longitude": .number(place.longitude), "name": place.name.map { .string($0) },
                    "address": place.address.map { .string($0) },
                ]
            )
        case .contacts(let cards): ("contacts", .array(cards.map(card)))
        case .reaction(let reaction): ("reaction", try Self.reaction(reaction, message.targetProviderID))
        case .interactive(let interactive): ("interactive", try MetaInteractive.object(interactive, message.providerMediaID))
        case .template(let template): ("template", Self.template(template, message.providerMediaID))
        case .button, .reply, .flowReply, .order, .call, .system, .unsupported: throw .kindReceivedOnly(message.content.kind)
        }
    }

    /// By the provider's id when the file is ours, else by the address that Meta fetches itself.
    static func media(_ media: MediaContent, _ providerMediaID: String?) throws(UnsendableContent) -> JSONNode {
        guard providerMediaID != nil || media.link != nil else { throw .fileMissing }
        return [
            "id": providerMediaID.map { .string($0) },
            "link": providerMediaID == nil ? media.link.map { .string($0) } : nil,
            // Meta refuses a caption below a sound or a sticker.
            "caption": media.kind == .audio || media.kind == .sticker ? nil : media.caption.map { .string($0) },
            "filename": media.kind == .document ? media.filename.map { .string($0) } : nil,
            "voice": media.kind == .audio ? media.voice.map { .bool($0) } : nil,
        ]
    }

    private static func reaction(_ reaction: ReactionContent, _ target: String?) throws(UnsendableContent) -> JSONNode {
        guard let target else { throw .targetMissing }
        return ["message_id": .string(target), "emoji": .string(reaction.emoji)]
    }

    private static func template(_ template: TemplateContent, _ providerMediaID: String?) -> JSONNode {
        [
            "name": .string(template.name),
            "language": ["code": .string(template.language)],
            "components": template.components.map { .array($0.map { replacingOwnFile(JSONNode($0), providerMediaID) }) },
        ]
    }

    /// Puts the provider's id in place of ours wherever a component names one of our files.
    private static func replacingOwnFile(_ node: JSONNode, _ providerMediaID: String?) -> JSONNode {
        guard let providerMediaID else { return node }
        switch node {
        case .array(let list): return .array(list.map { replacingOwnFile($0, providerMediaID) })
        case .object(let members):
            return .object(
                members.map { member in
                    if member.name == "id", let text = member.value.text, Identifier<MediaFile>(parsing: text) != nil {
                        return JSONMember("id", .string(providerMediaID))
                    }
                    return JSONMember(member.name, replacingOwnFile(member.value, providerMediaID))
                })
        default: return node
        }
    }

    private static func card(_ card: ContactCard) -> JSONNode {
        [
            "name": [
                "formatted_name": .string(card.name.formattedName),
                // Meta wants one part beside the whole.
                "first_name": (card.name.firstName ?? (card.name.lastName == nil ? card.name.formattedName : nil)).map { .string($0) },
                "last_name": card.name.lastName.map { .string($0) },
            ],
            "phones": entries(card.phones, "phone"),
            "emails": entries(card.emails, "email"),
            "urls": entries(card.urls, "url"),
            "org": card.company.map { ["company": .string($0)] },
        ]
    }

    private static func entries(_ entries: [ContactCard.Entry], _ name: String) -> JSONNode? {
        guard !entries.isEmpty else { return nil }
        return .array(
            entries.map { entry in
                .object(
                    [
                        JSONMember(name, .string(entry.value)), entry.type.map { JSONMember("type", .string($0)) },
                        entry.waId.map { JSONMember("wa_id", .string($0)) },
                    ].compactMap(\.self))
            })
    }
}

/// A message that can't be put into Meta's form; a defect of ours or of its maker, which sending again doesn't cure.
enum UnsendableContent: Error, Equatable {
    case recipientMissing
    case fileMissing
    case targetMissing
    case actionMissing
    case kindReceivedOnly(MessageContent.Kind)

    var messageError: MessageError {
        switch self {
        case .recipientMissing:
            MessageError(
                code: "message.recipient-missing", detail: "The message has no phone number and no other id to go to.",
                advice: "Choose another recipient.", retryable: false)
        case .fileMissing:
            MessageError(
                code: "message.file-missing", detail: "The message has neither a file nor a link.", advice: "Attach the file again.",
                retryable: false)
        case .targetMissing:
            MessageError(
                code: "message.target-missing", detail: "The message that this reacts to isn't known to WhatsApp.",
                advice: "React to another message.", retryable: false)
        case .actionMissing:
            MessageError(
                code: "message.action-missing", detail: "The message has neither buttons nor a list nor a link.",
                advice: "Add one of them.",
                retryable: false)
        case .kindReceivedOnly(let kind):
            MessageError(
                code: "message.kind-received-only", detail: "A message of the kind “\(kind.rawValue)” can only be received.",
                advice: "Send it in another form.", retryable: false)
        }
    }
}
