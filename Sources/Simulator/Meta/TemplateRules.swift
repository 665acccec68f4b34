/// What a new template may hold. (Meta, "Template components", read 2026-11.)
enum TemplateRules {
    static let categories: Set<String> = ["MARKETING", "UTILITY", "AUTHENTICATION"]
    static let languages = Set(
        """
        af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da prs_AF nl nl_BE en en_GB en_US en_AE en_AU en_CA \
        en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA ka de de_AT de_CH el gu ha he hi hu id \
        ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa pl pt_BR pt_PT pa ro ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC \
        es_ES es_HN es_MX es_PA es_PE es_UY es_VE sw sv ta te th tr uk ur uz vi zu
        """.split(separator: " ").map(String.init))

    static func checkName(_ name: String) throws(GraphError) {
        let allowed = name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
        guard (1...512).contains(name.count), allowed else {
            throw .template(2_388_040, "Name not valid", "A name has 1 to 512 lower-case letters, digits and underscores.")
        }
    }

    static func check(_ components: [JSON], category: String, format: String) throws(GraphError) {
        var seen: Set<String> = []
        for component in components {
            let type = component["type"]?.string?.uppercased() ?? ""
            guard seen.insert(type).inserted else { throw .parameter("Component \(type) is there twice.") }
            switch type {
            case "HEADER": try checkHeader(component, format)
            case "BODY": try checkBody(component, category, format)
            case "FOOTER": try checkFooter(component)
            case "BUTTONS": try checkButtons(component["buttons"]?.array ?? [], category)
            case "CAROUSEL": try checkCarousel(component["cards"]?.array ?? [], format)
            case "LIMITED_TIME_OFFER":
                guard category == "MARKETING" else { throw .parameter("A limited-time offer is for marketing templates only.") }
                guard (1...16).contains(component["limited_time_offer"]?["text"]?.string?.count ?? 0) else {
                    throw .template(2_388_040, "Text too long", "The text of an offer has 1 to 16 characters.")
                }
            case "CALL_PERMISSION_REQUEST": break
            default: throw .parameter("Component type \(type) isn't known.")
            }
        }
        guard seen.contains("BODY") else { throw .missing("components: BODY") }
        if seen.contains("LIMITED_TIME_OFFER"), seen.contains("FOOTER") {
            throw .template(2_388_073, "No footer", "A limited-time offer has no footer.")
        }
    }

    private static func checkHeader(_ header: JSON, _ format: String) throws(GraphError) {
        switch header["format"]?.string?.uppercased() {
        case "TEXT":
            let text = header["text"]?.string ?? ""
            guard (1...60).contains(text.unicodeScalars.count), !text.contains(where: \.isNewline),
                !text.contains(where: { "*_~`".contains($0) })
            else {
                throw .template(2_388_047, "Header not valid", "A header is a single line of 1 to 60 characters without formatting.")
            }
            let names = Placeholders(in: text).names
            guard names.count <= 1 else { throw .template(2_388_047, "Header not valid", "A header has at most one variable.") }
            let example = header["example"]
            guard
                names.isEmpty || example?["header_text"]?.array?.isEmpty == false
                    || example?["header_text_named_params"]?.array?.isEmpty == false
            else {
                throw .template(2_388_047, "Example missing", "The variable of the header needs an example.")
            }
        case "IMAGE", "VIDEO", "DOCUMENT", "GIF":
            guard header["example"]?["header_handle"]?.array?.isEmpty == false else {
                throw .template(2_388_047, "Example missing", "A header with media needs example.header_handle.")
            }
        case "LOCATION", "PRODUCT": break
        default: throw .template(2_388_047, "Header not valid", "The format of the header isn't known.")
        }
    }

    private static func checkBody(_ body: JSON, _ category: String, _ format: String) throws(GraphError) {
        let text = body["text"]?.string ?? ""
        if category == "AUTHENTICATION", text.isEmpty { return }
        guard !text.isEmpty else { throw .template(2_388_072, "Body not valid", "A body needs a text.") }
        guard text.unicodeScalars.count <= 1_024 else { throw .template(2_388_040, "Text too long", "A body has at most 1024 characters.") }
        let pieces = Placeholders.pieces(of: text)
        let names = Placeholders(in: text).names
        for name in names where name.isEmpty || name.contains(where: { "#$%".contains($0) }) {
            throw .template(2_388_072, "Variable not valid", "A variable has a number or a name without #, $ and %.")
        }
        if case .placeholder? = pieces.first { throw edge }
        if case .placeholder? = pieces.last { throw edge }
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            if case .placeholder = piece, case .placeholder = next {
                throw .template(2_388_072, "Variables touch", "Two variables need text between them.")
            }
        }
        let isNamed = format == "NAMED"
        if isNamed {
            for name in names where !name.unicodeScalars.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }) {
                throw .template(2_388_072, "Variable not valid", "Names of variables are lower-case letters, digits and underscores.")
            }
        } else if names.compactMap({ Int($0) }).sorted() != Array(1..<(names.count + 1)) {
            throw .template(2_388_072, "Variables not in order", "Variables are numbered from {{1}} without gaps.")
        }
        let words = pieces.reduce(0) { count, piece in
            if case .text(let text) = piece { count + text.split(whereSeparator: \.isWhitespace).count } else { count }
        }
        guard names.isEmpty || words >= names.count * 2 + 1 else {
            throw .template(2_388_293, "Too many variables", "The text is too short for so many variables.")
        }
        let examples = isNamed ? body["example"]?["body_text_named_params"]?.array : body["example"]?["body_text"]?.array?.first?.array
        guard names.isEmpty || examples?.count == names.count else {
            throw .template(2_388_072, "Examples missing", "Every variable of the body needs an example.")
        }
    }

    private static let edge = GraphError.template(2_388_299, "Variables at the edge", "A variable may not open or close the text.")

    private static func checkFooter(_ footer: JSON) throws(GraphError) {
        if footer["code_expiration_minutes"] != nil { return }
        let text = footer["text"]?.string ?? ""
        guard (1...60).contains(text.unicodeScalars.count), Placeholders(in: text).names.isEmpty else {
            throw .template(2_388_073, "Footer not valid", "A footer has 1 to 60 characters and no variable.")
        }
    }

    private static let atMost = ["QUICK_REPLY": 10, "URL": 2]

    private static func checkButtons(_ buttons: [JSON], _ category: String) throws(GraphError) {
        guard (1...10).contains(buttons.count) else { throw .parameter("A template has 1 to 10 buttons.") }
        let types = buttons.map { $0["type"]?.string?.uppercased() ?? "" }
        for type in Set(types) where types.count(where: { $0 == type }) > atMost[type, default: 1] {
            throw .parameter("Too many buttons of type \(type).")
        }
        // Quick replies stand together, at the start or at the end.
        let quick = types.map { $0 == "QUICK_REPLY" }
        guard zip(quick, quick.dropFirst()).count(where: { $0 != $1 }) <= 1 else {
            throw .parameter("Quick replies must stand together.")
        }
        for (button, type) in zip(buttons, types) {
            if type != "COPY_CODE", type != "OTP" {
                guard
                    (1...25).contains(button["text"]?.string?.unicodeScalars.count ?? 0)
                        || button["text"] == nil && !["QUICK_REPLY", "URL"].contains(type)
                else {
                    throw .template(2_388_040, "Text too long", "The text of a button has 1 to 25 characters.")
                }
            }
            switch type {
            case "URL":
                let url = button["url"]?.string ?? ""
                let names = Placeholders(in: url).names
                guard (1...2_000).contains(url.count), url.hasPrefix("http://") || url.hasPrefix("https://"), names.count <= 1 else {
                    throw .parameter("The address of a button isn't valid.")
                }
                guard names.isEmpty || url.hasSuffix("}}") && button["example"] != nil else {
                    throw .parameter("The variable of an address stands at its end and needs an example.")
                }
            case "PHONE_NUMBER":
                guard (1...20).contains(button["phone_number"]?.scalarText?.count ?? 0) else {
                    throw .parameter("A phone number has at most 20 characters.")
                }
            case "OTP":
                guard category == "AUTHENTICATION" else { throw .parameter("Buttons for codes are for authentication templates only.") }
            case "QUICK_REPLY", "COPY_CODE", "VOICE_CALL", "FLOW", "CATALOG", "MPM", "SPM", "APP", "CALL_PERMISSION_REQUEST",
                "REQUEST_CONTACT_INFO":
                break
            default: throw .parameter("Button type \(type) isn't known.")
            }
        }
    }

    private static func checkCarousel(_ cards: [JSON], _ format: String) throws(GraphError) {
        guard (2...10).contains(cards.count) else { throw .parameter("A carousel has 2 to 10 cards.") }
        let shapes = Set(cards.map { card in (card["components"]?.array ?? []).map { $0["type"]?.string?.uppercased() ?? "" } })
        guard shapes.count == 1 else { throw .parameter("All cards must have the same components.") }
        for card in cards {
            for component in card["components"]?.array ?? [] {
                if component["type"]?.string?.uppercased() == "BODY", (component["text"]?.string?.unicodeScalars.count ?? 0) > 160 {
                    throw .template(2_388_040, "Text too long", "The text of a card has at most 160 characters.")
                }
                if let buttons = component["buttons"]?.array, buttons.count > 2 { throw .parameter("A card has at most 2 buttons.") }
            }
        }
    }
}
