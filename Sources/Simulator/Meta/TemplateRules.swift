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

    /// How long a message may wait for the phone; -1 is 30 days. (Meta, "Time-to-live", read 2026-11.)
    static func checkLifetime(_ seconds: Int, category: String) throws(GraphError) {
        let fits =
            switch category {
            case "AUTHENTICATION": seconds == -1 || (30...900).contains(seconds)
            case "UTILITY": seconds == -1 || (30...43_200).contains(seconds)
            default: (43_200...2_592_000).contains(seconds)
            }
        guard fits else {
            throw .template(
                nil, "Lifetime not valid",
                "message_send_ttl_seconds is 30 to 900 for authentication, 30 to 43200 for utility and 43200 to 2592000 for marketing.")
        }
    }

    static func check(_ components: [JSON], category: String, format: String) throws(GraphError) {
        try checkEachOnce(components)
        if category == "AUTHENTICATION" { return try checkAuthentication(components) }
        let isOffer = components.contains { $0.kind == "LIMITED_TIME_OFFER" }
        for component in components {
            switch component.kind {
            case "HEADER": try checkHeader(component, format)
            case "BODY": try checkBody(component, format, limit: isOffer ? offerBodyLimit : bodyLimit)
            case "FOOTER": try checkFooter(component)
            case "BUTTONS": try checkButtons(component)
            case "CAROUSEL": try checkCarousel(component, format)
            case "LIMITED_TIME_OFFER": try checkOffer(component, among: components, category)
            case "CALL_PERMISSION_REQUEST": break
            default: throw unknown(component)
            }
        }
        try checkBodyIsThere(components)
    }

    static func checkEachOnce(_ components: [JSON]) throws(GraphError) {
        var seen: Set<String> = []
        for component in components where !seen.insert(component.kind).inserted {
            throw .template(nil, "Component repeated", "A component of type \(component.kind) is there twice.")
        }
    }

    static func checkBodyIsThere(_ components: [JSON]) throws(GraphError) {
        guard components.contains(where: { $0.kind == "BODY" }) else {
            throw Part.body.refusal("Body missing", "A template needs a component of type BODY.")
        }
    }

    static func unknown(_ component: JSON) -> GraphError {
        .template(nil, "Component not valid", "A component of type \(component.kind) can't stand here.")
    }

    /// What has to be there and isn't. The code isn't documented; it is what others were answered.
    static func missing(_ text: String) -> GraphError { .template(2_388_043, "Something is missing", text) }

    static func tooLong(_ text: String) -> GraphError { .template(2_388_040, "Text too long", text) }
}

extension JSON {
    /// What kind of component or button it is: the platform reads either case.
    var kind: String { self["type"]?.string?.uppercased() ?? "" }

    /// A member that is there; null is as good as absent.
    func given(_ name: String) -> JSON? { self[name].flatMap { $0 == .null ? nil : $0 } }

    /// A member's text or number, if there is anything to see in it.
    func visibleText(_ name: String) -> String? { self[name]?.visible }

    /// Its text or number, if there is anything to see in it.
    var visible: String? { scalarText?.visible }
}

extension String {
    /// Itself, if there is anything to see in it.
    var visible: String? { allSatisfy(\.isWhitespace) ? nil : self }
}
