/// In which of several languages somebody is answered, when a word belongs to all of them.
enum ConsentLanguage {
    /// Those that are spoken where the number is from come first, the others in their order.
    static func ordered(_ codes: [String], region: String?) -> [String] {
        guard let region, let language = languages[region] else { return codes }
        func isSpoken(_ code: String) -> Bool { code == language || code.hasPrefix("\(language)_") }
        return codes.filter(isSpoken) + codes.filter { !isSpoken($0) }
    }

    /// By the two letters of a country: the language that most people there write.
    private static let languages: [String: String] = [
        "it": ["IT", "SM"],
        "es": ["ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "GT", "CU", "BO", "DO", "HN", "PY", "SV", "NI", "CR", "PA", "UY"],
        "pt": ["BR", "PT", "AO", "MZ"], "ro": ["RO", "MD"], "de": ["DE", "AT", "CH", "LI"], "fr": ["FR", "MC", "SN", "CI"],
        "nl": ["NL", "SR"],
        "pl": ["PL"], "tr": ["TR"],
        "ar": ["EG", "SA", "AE", "MA", "DZ", "TN", "IQ", "JO", "LB", "LY", "KW", "QA", "OM", "BH", "YE", "SD", "SY"],
    ].reduce(into: [:]) { languages, entry in for region in entry.value { languages[region] = entry.key } }
}
