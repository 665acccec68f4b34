/// Phone numbers as the simulator reads and prints them.
enum PhoneDigits {
    /// The digits of an address as a business wrote it; nil when something else is in it or the length is impossible.
    static func parse(_ text: String) -> String? {
        var digits = ""
        for character in text.unicodeScalars {
            switch character {
            case "0"..."9": digits.unicodeScalars.append(character)
            case "+", "-", "(", ")", " ", ".": continue
            default: return nil
            }
        }
        return (5...15).contains(digits.utf8.count) ? digits : nil
    }

    /// The spellings under which a number may be registered: Brazil's ninth digit, Mexico's 1, Argentina's 9.
    static func spellings(_ digits: String) -> [String] {
        let rest = { (count: Int) in String(digits.dropFirst(count)) }
        switch true {
        case digits.hasPrefix("55") && digits.count == 13 && digits.dropFirst(4).hasPrefix("9"):
            return [digits, String(digits.prefix(4)) + rest(5)]
        case digits.hasPrefix("55") && digits.count == 12: return [digits, String(digits.prefix(4)) + "9" + rest(4)]
        case digits.hasPrefix("521") && digits.count == 13: return [digits, "52" + rest(3)]
        case digits.hasPrefix("52") && digits.count == 12: return [digits, "521" + rest(2)]
        case digits.hasPrefix("549") && digits.count == 13: return [digits, "54" + rest(3)]
        case digits.hasPrefix("54") && digits.count == 12: return [digits, "549" + rest(2)]
        default: return [digits]
        }
    }

    private static let countries: [(prefix: String, country: String)] = [
        ("1", "US"), ("20", "EG"), ("27", "ZA"), ("31", "NL"), ("33", "FR"), ("34", "ES"), ("39", "IT"), ("44", "GB"), ("46", "SE"),
        ("49", "DE"),
        ("51", "PE"), ("52", "MX"), ("54", "AR"), ("55", "BR"), ("56", "CL"), ("57", "CO"), ("62", "ID"), ("81", "JP"), ("90", "TR"),
        ("91", "IN"),
        ("234", "NG"), ("254", "KE"), ("351", "PT"), ("353", "IE"), ("358", "FI"), ("966", "SA"), ("971", "AE"), ("972", "IL"),
    ]

    /// The country of a number, as far as we know it.
    static func country(_ digits: String) -> (country: String, prefix: String)? {
        countries.filter { digits.hasPrefix($0.prefix) }.max { $0.prefix.count < $1.prefix.count }.map { ($0.country, $0.prefix) }
    }

    /// `+1 555-010-0200` as the platform prints it.
    static func display(_ digits: String) -> String {
        guard let prefix = country(digits)?.prefix else { return "+" + digits }
        let rest = digits.dropFirst(prefix.count)
        guard rest.count > 6 else { return "+\(prefix) \(rest)" }
        let last = rest.suffix(4)
        let middle = rest.dropLast(4).suffix(3)
        let first = rest.dropLast(7)
        return "+\(prefix) " + [first, middle, last].filter { !$0.isEmpty }.joined(separator: "-")
    }
}
