/// Contact cards as a file that address books read: vCard 3.0 (RFC 2426), which all of them know.
package enum VCard {
    /// Octets of a line without its end (RFC 2425, §5.8.1).
    private static let lineOctets = 75

    package static let mimeType = "text/vcard; charset=utf-8"

    /// One file with these cards. Whatever stands in a card stays the value it is in: it makes no line and no further value.
    package static func text(of cards: [ContactCard]) -> String {
        cards.map(text).joined()
    }

    private static func text(of card: ContactCard) -> String {
        let name = card.name
        let shown = [name.formattedName, [name.firstName, name.lastName].compactMap(\.self).joined(separator: " "), card.company ?? ""]
            .first { $0.contains { !$0.isWhitespace } }
        // A name that isn't taken apart stands in the place of the first name, as address books show it first.
        let first = name.firstName ?? (name.lastName == nil ? shown : nil)
        var lines = ["BEGIN:VCARD", "VERSION:3.0", "FN:\(escaped(shown ?? "Contact"))"]
        lines.append("N:\(escaped(name.lastName ?? ""));\(escaped(first ?? ""));;;")
        if let company = card.company, !company.isEmpty { lines.append("ORG:\(escaped(company))") }
        for phone in card.phones {
            // The parameter is WhatsApp's own, by which it knows its accounts again.
            let account = phone.waId.map { token($0) }.flatMap { $0.isEmpty ? nil : ";waid=\($0)" } ?? ""
            lines.append("TEL\(type(of: phone))\(account):\(escaped(phone.value))")
        }
        for email in card.emails { lines.append("EMAIL\(type(of: email)):\(escaped(email.value))") }
        for url in card.urls { lines.append("URL\(type(of: url)):\(address(url.value))") }
        lines.append("END:VCARD")
        return lines.map(folded).joined()
    }

    private static func type(of entry: ContactCard.Entry) -> String {
        let word = token(entry.type ?? "").uppercased()
        return word.isEmpty ? "" : ";TYPE=\(word == "MOBILE" ? "CELL" : word)"
    }

    /// What may stand in a parameter without quotes.
    private static func token(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) || $0 == "-" }))
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if character.isNewline {
                result += "\\n"
                continue
            }
            // By scalars: a semicolon with an accent is another character, and parts a value all the same.
            for scalar in character.unicodeScalars where !isControl(scalar) {
                if ["\\", ",", ";"].contains(scalar) { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// An address has no escapes: what can't stand in one is written with percent signs.
    private static func address(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars where !isControl(scalar) {
            if scalar.properties.isWhitespace || scalar == "\\" {
                result += String(scalar).utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }

    /// Long lines go on in the next, after a blank; no character is torn apart.
    private static func folded(_ line: String) -> String {
        var (result, octets) = ("", 0)
        for scalar in line.unicodeScalars {
            let count = String(scalar).utf8.count
            if octets + count > lineOctets {
                result += "\r\n "
                octets = 1
            }
            result.unicodeScalars.append(scalar)
            octets += count
        }
        return result + "\r\n"
    }
}

package enum ContactCardProblem: Problem, Equatable {
    case missing

    package var kind: ProblemKind { .missing }
    package var code: String { "message.card-missing" }
    package var detail: String {
        "This message has no such contact card. Only messages of the kind contacts have cards; the first is number 1."
    }
    package var field: String? { nil }
}
