/// A language in which the provider sends or speaks a code.
package struct CodeLanguage: Sendable, Equatable {
    /// As the provider writes it: `en_US`.
    package let code: String
    /// In itself.
    package let name: String

    /// Those that people choose among; Meta knows the languages of templates here, too ("Request Verification Code", read 2026-11).
    package static let all: [CodeLanguage] = [
        .init("id", "Bahasa Indonesia"), .init("ms", "Bahasa Melayu"), .init("ca", "Català"), .init("cs", "Čeština"), .init("da", "Dansk"),
        .init("de", "Deutsch"), .init("et", "Eesti"), .init("en_GB", "English (UK)"), .init("en_US", "English (US)"),
        .init("es_AR", "Español (Argentina)"), .init("es_ES", "Español (España)"), .init("es_MX", "Español (México)"),
        .init("fr", "Français"), .init("hr", "Hrvatski"), .init("it", "Italiano"), .init("lv", "Latviešu"), .init("lt", "Lietuvių"),
        .init("hu", "Magyar"), .init("nl", "Nederlands"), .init("nb", "Norsk"), .init("pl", "Polski"), .init("pt_BR", "Português (Brasil)"),
        .init("pt_PT", "Português (Portugal)"), .init("ro", "Română"), .init("sk", "Slovenčina"), .init("sl", "Slovenščina"),
        .init("fi", "Suomi"), .init("sv", "Svenska"), .init("vi", "Tiếng Việt"), .init("tr", "Türkçe"), .init("el", "Ελληνικά"),
        .init("bg", "Български"), .init("ru", "Русский"), .init("uk", "Українська"), .init("he", "עברית"), .init("ar", "العربية"),
        .init("hi", "हिन्दी"), .init("th", "ไทย"), .init("ko", "한국어"), .init("zh_CN", "中文（简体）"), .init("zh_TW", "中文（繁體）"),
        .init("ja", "日本語"),
    ]

    package static let usual = "en_US"

    private init(_ code: String, _ name: String) { (self.code, self.name) = (code, name) }

    /// Throws ``NumberSignupProblem/languageUnknown``.
    package init(parsing code: String) throws(NumberSignupProblem) {
        guard let known = Self.all.first(where: { $0.code == code }) else { throw .languageUnknown }
        self = known
    }

    /// The first of a browser's languages that there is, as `Accept-Language` lists them; languages of one word come before their countries.
    package static func preferred(_ header: String) -> String {
        for item in header.split(separator: ",").prefix(10) {
            let tag = item.prefix { $0 != ";" }.trimmed.replacing("-", with: "_").lowercased()
            let word = String(tag.prefix { $0 != "_" })
            let exact = all.first { $0.code.lowercased() == tag }
            let general = all.first { $0.code == word } ?? all.first { $0.code.hasPrefix(word + "_") && word.count == 2 }
            // Of several countries the one that most people mean.
            if exact == nil, word == "en" { return usual }
            if let found = exact ?? general { return found.code }
        }
        return usual
    }
}
