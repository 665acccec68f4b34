internal import Domain
internal import Foundation

/// What a customer sees of a template, before it is sent. Template `template-text`.
struct TemplateTextView: View {
    let names: [String: any Sendable]

    init(_ text: TemplateText) {
        let isFile = text.headerKind != nil && text.headerKind != "location"
        names = [
            "previewHeader": (text.header.flatMap { $0.isEmpty || isFile ? nil : $0 }).orFalse,
            "previewFile": (text.headerKind.map(Self.word)).orFalse, "previewFileIcon": text.headerKind.map(Self.icon) ?? "",
            "previewOffer": (text.offer.flatMap { $0.isEmpty ? nil : $0 }).orFalse,
            "previewBodyHTML": (text.body.isEmpty ? nil : MessageMarkup.html(text.body)).orFalse, "previewFooter": text.footer.orFalse,
            "previewHasButtons": !(text.buttons ?? []).isEmpty, "previewButtons": (text.buttons ?? []).map(ButtonView.init),
            "previewHasCards": !(text.cards ?? []).isEmpty, "previewCards": (text.cards ?? []).map(CardView.init),
        ]
    }

    private static func word(_ kind: String) -> String {
        switch kind {
        case "image": "Picture"
        case "video": "Video"
        case "document": "Document"
        case "location": "Place"
        default: kind.prefix(1).uppercased() + kind.dropFirst()
        }
    }

    private static func icon(_ kind: String) -> String {
        switch kind {
        case "image": "image"
        case "video": "video"
        case "location": "map-pin"
        default: "file-text"
        }
    }

    struct ButtonView: View {
        let names: [String: any Sendable]
        init(_ button: TemplateText.Button) {
            let icon =
                switch button.kind {
                case .reply: "reply"
                case .link: "link"
                case .code: "copy"
                case .phone: "phone"
                case .form: "file-text"
                case .other: "circle-alert"
                }
            names = ["previewButton": button.title, "previewButtonIcon": icon]
        }
    }

    struct CardView: View {
        let names: [String: any Sendable]
        init(_ card: TemplateText.Card) {
            names = [
                "cardHeader": card.header.orFalse, "cardText": card.body.orFalse, "cardButtons": (card.buttons ?? []).map(ButtonView.init),
            ]
        }
    }
}
