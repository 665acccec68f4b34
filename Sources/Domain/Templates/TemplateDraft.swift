/// A template as somebody writes it, before WhatsApp has looked at it. It may break rules: ``TemplateRules`` says which.
package struct TemplateDraft: Sendable, Equatable {
    /// What a template is for, which decides its price and its rules (Meta, "Template categorization", read 2026-11).
    package enum Category: String, Sendable, CaseIterable, Codable {
        case marketing = "MARKETING"
        case utility = "UTILITY"
        case authentication = "AUTHENTICATION"
    }

    /// A text with variables, and for each an example that WhatsApp's reviewers see.
    package struct SampledText: Sendable, Equatable {
        package var text: String
        /// By the variable's name: `1`, `first_name`.
        package var samples: [String: String]

        package init(_ text: String, samples: [String: String] = [:]) { (self.text, self.samples) = (text, samples) }
    }

    package enum Header: Sendable, Equatable {
        case text(SampledText)
        /// With a file as an example: Meta's handle (`4::…`), or the id of a file of ours, which is uploaded when the template is submitted.
        case file(FileKind, sample: String?)
        case location

        package enum FileKind: String, Sendable, CaseIterable, Codable {
            case image = "IMAGE"
            case video = "VIDEO"
            case document = "DOCUMENT"
        }
    }

    package struct Button: Sendable, Equatable {
        package var text: String
        package var kind: Kind

        package init(_ text: String, _ kind: Kind) { (self.text, self.kind) = (text, kind) }

        package enum Kind: Sendable, Equatable {
            case quickReply
            /// With a variable at its end, or none; the sample is the whole address with the variable filled in.
            case link(String, sample: String?)
            case phone(String)
            /// A coupon's code, which the customer copies. WhatsApp writes the button's text itself.
            case copyCode(sample: String)
            case flow(Flow)
            /// A call in WhatsApp, for so many minutes after the message; nil for Meta's own length.
            case voiceCall(minutes: Int?)

            package var type: String {
                switch self {
                case .quickReply: "QUICK_REPLY"
                case .link: "URL"
                case .phone: "PHONE_NUMBER"
                case .copyCode: "COPY_CODE"
                case .flow: "FLOW"
                case .voiceCall: "VOICE_CALL"
                }
            }
        }

        package struct Flow: Sendable, Equatable {
            /// One of these names it.
            package var id: String?
            package var name: String?
            package var json: String?
            /// `navigate` or `data_exchange`; nil for Meta's own choice.
            package var action: String?
            /// The first screen, with `navigate`.
            package var screen: String?
            package var icon: String?

            package init(
                id: String? = nil, name: String? = nil, json: String? = nil, action: String? = nil, screen: String? = nil,
                icon: String? = nil
            ) {
                (self.id, self.name, self.json, self.action, self.screen, self.icon) = (id, name, json, action, screen, icon)
            }
        }
    }

    package struct Card: Sendable, Equatable {
        package var header: Header?
        package var body: SampledText?
        package var buttons: [Button]

        package init(header: Header?, body: SampledText?, buttons: [Button]) {
            (self.header, self.body, self.buttons) = (header, body, buttons)
        }
    }

    package struct Offer: Sendable, Equatable {
        package var text: String
        /// Whether each message says when the offer ends.
        package var hasEnd: Bool

        package init(_ text: String, hasEnd: Bool) { (self.text, self.hasEnd) = (text, hasEnd) }
    }

    /// A message with a one-time code. WhatsApp writes its texts itself, in the template's language.
    package struct Authentication: Sendable, Equatable {
        package enum Way: String, Sendable, CaseIterable, Codable {
            case copyCode = "COPY_CODE"
            case oneTap = "ONE_TAP"
            case zeroTap = "ZERO_TAP"
        }

        package struct App: Sendable, Equatable {
            package var packageName: String
            package var signatureHash: String

            package init(packageName: String, signatureHash: String) {
                (self.packageName, self.signatureHash) = (packageName, signatureHash)
            }
        }

        /// Adds the sentence that the code is for nobody else.
        package var advisesSecrecy: Bool
        /// Adds a footer with the minutes for which the code holds.
        package var expiryMinutes: Int?
        package var way: Way
        /// Of the button; nil for Meta's own word.
        package var buttonText: String?
        package var autofillText: String?
        package var apps: [App]
        package var acceptsZeroTapTerms: Bool

        package init(
            advisesSecrecy: Bool = false, expiryMinutes: Int? = nil, way: Way = .copyCode, buttonText: String? = nil,
            autofillText: String? = nil, apps: [App] = [], acceptsZeroTapTerms: Bool = false
        ) {
            (self.advisesSecrecy, self.expiryMinutes, self.way) = (advisesSecrecy, expiryMinutes, way)
            (self.buttonText, self.autofillText, self.apps) = (buttonText, autofillText, apps)
            self.acceptsZeroTapTerms = acceptsZeroTapTerms
        }
    }

    package var name: String
    /// Meta's code, such as `en_US`.
    package var language: String
    package var category: Category
    package var format: Template.Format
    package var header: Header?
    package var body: SampledText
    package var footer: String?
    package var buttons: [Button]
    package var cards: [Card]
    package var offer: Offer?
    /// Only with ``Category/authentication``.
    package var authentication: Authentication?
    /// How long WhatsApp tries to deliver a message; nil for Meta's own length, -1 for 30 days.
    package var lifetimeSeconds: Int?

    package init(
        name: String, language: String, category: Category, format: Template.Format = .positional, header: Header? = nil,
        body: SampledText = SampledText(""), footer: String? = nil, buttons: [Button] = [], cards: [Card] = [], offer: Offer? = nil,
        authentication: Authentication? = nil, lifetimeSeconds: Int? = nil
    ) {
        (self.name, self.language, self.category, self.format) = (name, language, category, format)
        (self.header, self.body, self.footer, self.buttons, self.cards) = (header, body, footer, buttons, cards)
        (self.offer, self.authentication, self.lifetimeSeconds) = (offer, authentication, lifetimeSeconds)
    }
}
