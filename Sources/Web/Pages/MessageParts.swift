internal import Domain
internal import Foundation

/// A button below a message.
struct OptionView: View {
    let names: [String: any Sendable]
    init(title: String, isLink: Bool) { names = ["optionTitle": title, "optionLink": isLink] }
}

/// The button of a list message, and the rows that it opens.
struct ListMenuView: View {
    let names: [String: any Sendable]

    init(_ list: InteractiveContent.List) {
        names = ["listButton": list.button, "listRows": list.sections.flatMap(\.rows).map(RowView.init)]
    }

    struct RowView: View {
        let names: [String: any Sendable]
        init(_ row: InteractiveContent.List.Row) { names = ["rowTitle": row.title, "rowDescription": row.description.orFalse] }
    }
}

/// The advertisement or post that brought the customer.
struct ReferralView: View {
    let names: [String: any Sendable]

    init(_ referral: JSONValue) {
        let address = referral["source_url"]?.text
        names = [
            "referralKind": referral["source_type"]?.text == "post" ? "From a post" : "From an ad",
            "referralHeadline": (referral["headline"]?.text).orFalse, "referralBody": (referral["body"]?.text).orFalse,
            // Anything else than a web address could do more than lead somewhere.
            "referralLink": (address?.hasPrefix("https://") == true ? address : nil).orFalse,
        ]
    }
}

/// A place, with a link to a map.
struct PlaceView: View {
    let names: [String: any Sendable]

    init(_ location: LocationContent) {
        let coordinates = "\(Self.degrees(location.latitude)), \(Self.degrees(location.longitude))"
        let query = "mlat=\(Self.degrees(location.latitude))&mlon=\(Self.degrees(location.longitude))"
        names = [
            "placeName": (location.name ?? "Location"), "placeAddress": location.address.orFalse, "placeCoordinates": coordinates,
            "placeLink": "https://www.openstreetmap.org/?\(query)",
        ]
    }

    /// Five places: about a metre.
    private static func degrees(_ value: Double) -> String { String(format: "%.5f", value) }
}

/// One person out of a contacts message.
struct ContactCardView: View {
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - number: which of the message, from 1.
    ///   - base: of the workspace's pages.
    ///   - writesTo: where somebody is written to, up to the number; nil for who may not.
    init(_ card: ContactCard, number: Int, base: String, writesTo: String?) {
        names = [
            "cardName": card.name.formattedName, "cardCompany": card.company.orFalse, "cardNumber": String(number), "base": base,
            "cardLines": (card.phones + card.emails + card.urls).map { LineView($0, writesTo: writesTo) },
        ]
    }

    /// A number or an address. Whoever is on WhatsApp can be written to, or their conversation looked for.
    struct LineView: View {
        let names: [String: any Sendable]

        init(_ entry: ContactCard.Entry, writesTo: String?) {
            let digits = entry.waId.flatMap { id in !id.isEmpty && id.utf8.allSatisfy { (0x30...0x39).contains($0) } ? id : nil }
            let number = digits.flatMap { PhoneNumber(providerDigits: $0) }
            let writing = number.flatMap { number in writesTo.map { "\($0)%2B\(number.digits)" } }
            names = [
                "lineText": (try? PhoneNumber(parsing: entry.value))?.display ?? entry.value, "lineKind": entry.type.map(Self.word).orFalse,
                "lineWrite": writing.orFalse,
                "lineSearch": (writing == nil ? digits : nil).orFalse,
            ]
        }

        /// WhatsApp's own kinds in words; others as the customer's phone names them.
        private static func word(for type: String) -> String {
            switch type.uppercased() {
            case "CELL", "MOBILE": "Mobile"
            case "HOME": "Home"
            case "WORK": "Work"
            case "IPHONE": "iPhone"
            case "MAIN": "Main"
            default: type
            }
        }
    }
}

/// What a customer ordered.
struct OrderView: View {
    let names: [String: any Sendable]

    init(_ order: OrderContent) {
        let currency = order.items.first?.currency ?? ""
        let total = order.items.reduce(0) { $0 + $1.price * Double($1.quantity) }
        // Different currencies in one order don't add up to anything.
        let adds = order.items.allSatisfy { $0.currency == currency } && !order.items.isEmpty
        names = [
            "orderLines": order.items.map(LineView.init), "orderTotal": adds ? "Total \(Self.price(total, currency))" : "",
        ]
    }

    static func price(_ amount: Double, _ currency: String) -> String { "\(String(format: "%.2f", amount)) \(currency)" }

    struct LineView: View {
        let names: [String: any Sendable]

        init(_ item: OrderContent.Item) {
            names = [
                "orderQuantity": String(item.quantity), "orderProduct": item.productId,
                "orderPrice": OrderView.price(item.price, item.currency),
            ]
        }
    }
}

/// What a customer filled into a form.
struct AnswersView: View {
    let names: [String: any Sendable]
    private static let lineLimit = 30

    init(_ response: JSONValue) {
        var lines: [LineView] = []
        if case .object(let members) = response {
            for (name, value) in members.sorted(by: { $0.key < $1.key }) where name != "flow_token" {
                lines.append(LineView(name: name.replacing("_", with: " "), text: Self.text(of: value)))
            }
        }
        names = ["answerLines": Array(lines.prefix(Self.lineLimit))]
    }

    private static func text(of value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .bool(let flag): flag ? "Yes" : "No"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let values): values.map(text).joined(separator: ", ")
        case .object: "…"
        }
    }

    struct LineView: View {
        let names: [String: any Sendable]
        init(name: String, text: String) { names = ["answerName": name, "answerText": text] }
    }
}
