/// Offers that end, and cards. (Meta, "Limited-time offer templates" and "Carousel templates", read 2026-11.)
extension TemplateRules {
    static let offerBodyLimit = 600
    private static let offerTextLimit = 16
    private static let cardCounts = 2...10
    private static let cardBodyLimit = 160
    private static let cardButtonLimit = 2

    static func checkOffer(_ offer: JSON, among components: [JSON], _ category: String) throws(GraphError) {
        guard category == "MARKETING" else { throw refusal("Offer not allowed", "A limited-time offer is for marketing templates only.") }
        guard let text = offer["limited_time_offer"]?.visibleText("text") else { throw missing("A limited-time offer needs a text.") }
        guard text.unicodeScalars.count <= offerTextLimit else {
            throw tooLong("The text of an offer has at most \(offerTextLimit) characters.")
        }
        for component in components {
            if component.kind == "FOOTER" { throw Part.footer.refusal("Footer not allowed", "A limited-time offer has no footer.") }
            guard component.kind != "HEADER" || ["IMAGE", "VIDEO"].contains(headerFormat(component)) else {
                throw Part.header.refusal("Header not allowed", "The header of a limited-time offer is an image or a video.")
            }
        }
    }

    static func checkCarousel(_ carousel: JSON, _ format: String) throws(GraphError) {
        let cards = (carousel["cards"]?.array ?? []).map { $0["components"]?.array ?? [] }
        guard cardCounts.contains(cards.count) else { throw refusal("Cards not valid", "A carousel has 2 to 10 cards.") }
        for components in cards {
            try checkEachOnce(components)
            for component in components { try checkPart(component, ofCard: format) }
            guard components.contains(where: { $0.kind == "HEADER" }) else {
                throw Part.header.refusal("Header missing", "A card needs an image or a video.")
            }
        }
        guard Set(cards.map { Set($0.map(shape)) }).count == 1 else {
            throw refusal("Cards differ", "All cards have the same components, in header and buttons too.")
        }
    }

    private static func checkPart(_ component: JSON, ofCard format: String) throws(GraphError) {
        switch component.kind {
        case "HEADER":
            // A card of a catalogue shows its product.
            guard ["IMAGE", "VIDEO", "PRODUCT"].contains(headerFormat(component)) else {
                throw Part.header.refusal("Header not allowed", "The header of a card is an image or a video.")
            }
            try checkHeader(component, format)
        case "BODY": try checkBody(component, format, limit: cardBodyLimit)
        case "BUTTONS": try checkButtons(component, limit: cardButtonLimit)
        default: throw unknown(component)
        }
    }

    private static func headerFormat(_ header: JSON) -> String { header["format"]?.string?.uppercased() ?? "" }

    /// What one card must have in common with the next.
    private static func shape(_ component: JSON) -> [String] {
        [component.kind, headerFormat(component)] + (component["buttons"]?.array ?? []).map(\.kind)
    }
}
