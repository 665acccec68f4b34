/// What a message says, by kind. As JSON it stands under its kind's name, in the REST API as in the database.
package enum MessageContent: Sendable, Equatable {
    case text(TextContent)
    case media(MediaContent)
    case location(LocationContent)
    case contacts([ContactCard])
    case reaction(ReactionContent)
    case interactive(InteractiveContent)
    case template(TemplateContent)
    /// The customer tapped a template's quick reply.
    case button(ButtonContent)
    /// The customer chose one of our buttons or list rows.
    case reply(ReplyContent)
    case flowReply(FlowReplyContent)
    case order(OrderContent)
    /// The customer called.
    case call(CallContent)
    case system(SystemContent)
    case unsupported(UnsupportedContent)

    package enum Kind: String, Sendable, CaseIterable, Codable {
        case text, media, location, contacts, reaction, interactive, template, button, reply, flowReply, order, call, system, unsupported
    }

    package var kind: Kind {
        switch self {
        case .text: .text
        case .media: .media
        case .location: .location
        case .contacts: .contacts
        case .reaction: .reaction
        case .interactive: .interactive
        case .template: .template
        case .button: .button
        case .reply: .reply
        case .flowReply: .flowReply
        case .order: .order
        case .call: .call
        case .system: .system
        case .unsupported: .unsupported
        }
    }
}

package struct TextContent: Sendable, Equatable, Codable {
    /// Longest text in characters; Meta's limit (§2.2 of its message types, read 2026-11).
    package static let bodyLimit = 4_096
    package let body: String
    package let previewUrl: Bool?

    package init(body: String, previewUrl: Bool? = nil) { (self.body, self.previewUrl) = (body, previewUrl) }
}

package struct MediaContent: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, CaseIterable, Codable { case image, video, audio, document, sticker }

    /// As a person tells them apart.
    package enum Form: String, Sendable, CaseIterable { case image, video, audio, voice, document, sticker }

    /// Characters, Meta's limit.
    package static let captionLimit = 1_024

    package var kind: Kind
    /// Our file, once there is one.
    package var id: Identifier<MediaFile>?
    /// Address the provider fetches by itself; outbound only.
    package var link: String?
    package var caption: String?
    package var filename: String?
    package var mimeType: String?
    /// A voice note, not a sound file.
    package var voice: Bool?
    package var animated: Bool?
    /// The provider's id of inbound media, until our job has fetched it.
    package var providerMediaID: String?

    package init(
        kind: Kind, id: Identifier<MediaFile>? = nil, link: String? = nil, caption: String? = nil, filename: String? = nil,
        mimeType: String? = nil,
        voice: Bool? = nil, animated: Bool? = nil, providerMediaID: String? = nil
    ) {
        (self.kind, self.id, self.link, self.caption, self.filename) = (kind, id, link, caption, filename)
        (self.mimeType, self.voice, self.animated, self.providerMediaID) = (mimeType, voice, animated, providerMediaID)
    }
}

extension MediaContent {
    package var form: Form {
        switch kind {
        case .image: .image
        case .video: .video
        case .audio: voice == true ? .voice : .audio
        case .document: .document
        case .sticker: .sticker
        }
    }
}

package struct LocationContent: Sendable, Equatable, Codable {
    /// Degrees, WGS 84.
    package let latitude: Double
    package let longitude: Double
    package let name: String?
    package let address: String?

    package init(latitude: Double, longitude: Double, name: String? = nil, address: String? = nil) {
        (self.latitude, self.longitude, self.name, self.address) = (latitude, longitude, name, address)
    }
}

/// One card of a contacts message. Members that we don't read, such as addresses and birthdays, aren't kept.
package struct ContactCard: Sendable, Equatable, Codable {
    package struct Name: Sendable, Equatable, Codable {
        package var formattedName: String
        package var firstName: String?
        package var lastName: String?

        package init(formattedName: String, firstName: String? = nil, lastName: String? = nil) {
            (self.formattedName, self.firstName, self.lastName) = (formattedName, firstName, lastName)
        }
    }

    package struct Entry: Sendable, Equatable, Codable {
        /// The number, the e-mail address or the web address.
        package var value: String
        package var type: String?
        /// Digits of a WhatsApp account, on phones only.
        package var waId: String?

        package init(value: String, type: String? = nil, waId: String? = nil) { (self.value, self.type, self.waId) = (value, type, waId) }
    }

    package var name: Name
    package var phones: [Entry]
    package var emails: [Entry]
    package var urls: [Entry]
    package var company: String?

    package init(name: Name, phones: [Entry] = [], emails: [Entry] = [], urls: [Entry] = [], company: String? = nil) {
        (self.name, self.phones, self.emails, self.urls, self.company) = (name, phones, emails, urls, company)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(Name.self, forKey: .name)
        phones = try container.decodeIfPresent([Entry].self, forKey: .phones) ?? []
        emails = try container.decodeIfPresent([Entry].self, forKey: .emails) ?? []
        urls = try container.decodeIfPresent([Entry].self, forKey: .urls) ?? []
        company = try container.decodeIfPresent(String.self, forKey: .company)
    }
}

package struct ReactionContent: Sendable, Equatable, Codable {
    /// Our message that it is about; nil only while an inbound reaction is on its way to one.
    package var message: Identifier<Message>?
    /// Empty takes the reaction back.
    package var emoji: String

    package init(message: Identifier<Message>?, emoji: String) { (self.message, self.emoji) = (message, emoji) }
}

package struct ButtonContent: Sendable, Equatable, Codable {
    package let text: String
    package let payload: String

    package init(text: String, payload: String) { (self.text, self.payload) = (text, payload) }
}

package struct ReplyContent: Sendable, Equatable, Codable {
    package enum Source: String, Sendable, Codable { case button, list }
    package let source: Source
    package let id: String
    package let title: String
    package let description: String?

    package init(source: Source, id: String, title: String, description: String? = nil) {
        (self.source, self.id, self.title, self.description) = (source, id, title, description)
    }
}

package struct FlowReplyContent: Sendable, Equatable, Codable {
    package let name: String?
    package let body: String?
    /// The form's answers.
    package let response: JSONValue

    package init(name: String?, body: String?, response: JSONValue) { (self.name, self.body, self.response) = (name, body, response) }
}

package struct OrderContent: Sendable, Equatable, Codable {
    package struct Item: Sendable, Equatable, Codable {
        package let productId: String
        package let quantity: Int
        /// Price of one, in the currency's main unit, as the provider gave it.
        package let price: Double
        package let currency: String

        package init(productId: String, quantity: Int, price: Double, currency: String) {
            (self.productId, self.quantity, self.price, self.currency) = (productId, quantity, price, currency)
        }
    }

    package let catalogId: String
    package let text: String?
    package let items: [Item]

    package init(catalogId: String, text: String?, items: [Item]) { (self.catalogId, self.text, self.items) = (catalogId, text, items) }
}

package struct CallContent: Sendable, Equatable, Codable {
    package enum Outcome: String, Sendable, CaseIterable, Codable { case answered, missed }

    /// nil until the provider says that the call is over.
    package let outcome: Outcome?
    /// Seconds of an answered call; nil when the provider doesn't say.
    package let duration: Int?

    package init(outcome: Outcome? = nil, duration: Int? = nil) { (self.outcome, self.duration) = (outcome, duration) }
}

package struct SystemContent: Sendable, Equatable, Codable {
    /// `user_changed_number`, `user_changed_user_id`, `request_welcome`.
    package let type: String
    package let body: String?
    package let newPhone: PhoneNumber?
    package let newBusinessScopedID: String?

    package init(type: String, body: String?, newPhone: PhoneNumber? = nil, newBusinessScopedID: String? = nil) {
        (self.type, self.body, self.newPhone, self.newBusinessScopedID) = (type, body, newPhone, newBusinessScopedID)
    }
}

package struct UnsupportedContent: Sendable, Equatable, Codable {
    /// The provider's name of the kind.
    package let type: String
    package let raw: JSONValue

    package init(type: String, raw: JSONValue) { (self.type, self.raw) = (type, raw) }
}
