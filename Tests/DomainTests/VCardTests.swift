import Domain
import TestSupport
import Testing

@Suite("Contact cards as files")
struct VCardTests {
    private func lines(_ card: ContactCard) -> [Substring] {
        unfolded([card]).split(separator: "\r\n", omittingEmptySubsequences: false)
    }

    /// As a reader does it, octet by octet: folded lines are put together before anything else.
    private func unfolded(_ cards: [ContactCard]) -> String {
        var octets = Array(VCard.text(of: cards).utf8)[...]
        var result: [UInt8] = []
        while let octet = octets.popFirst() {
            if octet == 13, octets.starts(with: [10, 32]) { octets = octets.dropFirst(2) } else { result.append(octet) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    @Test("each member stands in a line of its own, with its kind")
    func members() {
        let card = ContactCard(
            name: .init(formattedName: "Ana Ruiz", firstName: "Ana", lastName: "Ruiz"),
            phones: [.init(value: "+34 600 111 222", type: "Mobile", waId: "34600111222"), .init(value: "5551", type: nil)],
            emails: [.init(value: "ana@example.com", type: "WORK")], urls: [.init(value: "https://example.com/?a=1;b=2", type: "HOME")],
            company: "Vila, Fills; & Co")
        #expect(
            lines(card) == [
                "BEGIN:VCARD", "VERSION:3.0", "FN:Ana Ruiz", "N:Ruiz;Ana;;;", #"ORG:Vila\, Fills\; & Co"#,
                "TEL;TYPE=CELL;waid=34600111222:+34 600 111 222", "TEL:5551", "EMAIL;TYPE=WORK:ana@example.com",
                "URL;TYPE=HOME:https://example.com/?a=1;b=2", "END:VCARD", "",
            ])
    }

    @Test(
        "what is written into a card makes no line of it",
        arguments: ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{B}", "\u{0}\n\u{0}", "\n\u{301}", "\r\n "])
    func hostile(end: String) {
        let attack = "x\(end)END:VCARD\(end)BEGIN:VCARD\(end)FN:Other"
        let card = ContactCard(
            name: .init(formattedName: attack, firstName: attack, lastName: attack),
            phones: [.init(value: attack, type: "CELL:1\(end)NOTE", waId: "1\(end);X=2:")], emails: [.init(value: attack, type: attack)],
            urls: [.init(value: attack, type: attack)], company: attack)
        let lines = lines(card)
        #expect(
            lines.map { String($0.prefix { $0 != ":" && $0 != ";" }) }
                == ["BEGIN", "VERSION", "FN", "N", "ORG", "TEL", "EMAIL", "URL", "END", ""])
        #expect(!VCard.text(of: [card]).unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\r" && $0 != "\n" })
    }

    @Test("hostile texts are read back from the values that they were written into")
    func texts() throws {
        for text in HostileTexts.all {
            let card = ContactCard(
                name: .init(formattedName: text, firstName: text, lastName: text), phones: [.init(value: text, type: text, waId: text)],
                emails: [.init(value: text, type: text)], urls: [.init(value: text, type: text)], company: text)
            let lines = lines(card).map(String.init)
            #expect(lines.count == 10 && lines.first == "BEGIN:VCARD" && lines.dropLast().last == "END:VCARD", "\(text.debugDescription)")
            // A name and its parameters, of which a hostile text may only have given letters and digits; then the value.
            let values = try lines.dropFirst().dropLast(2).map { line in
                try #require(
                    line.wholeMatch(of: /([A-Z]+)((?:;(?:TYPE|waid)=[A-Za-z0-9-]+)*):(.*)/.matchingSemantics(.unicodeScalar)),
                    "\(line.debugDescription)"
                ).output
            }
            #expect(values.map { String($0.1) } == ["VERSION", "FN", "N", "ORG", "TEL", "EMAIL", "URL"])
            let wanted = Self.shown(text)
            let read = values.map { Self.parts(String($0.3)) }
            #expect(read[1] == [text.isBlank ? "Contact" : wanted] && read[2] == [wanted, wanted, "", "", ""])
            #expect(read[3] == [wanted] && read[4] == [wanted] && read[5] == [wanted])
            #expect(!values[6].3.contains { $0.isWhitespace })
        }
    }

    /// What can be written: each line break as one, no control.
    private static func shown(_ text: String) -> String {
        text.map { character in
            character.isNewline
                ? "\n" : String(String.UnicodeScalarView(character.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        }.joined()
    }

    /// The parts of a value as a reader finds them (RFC 2426, §4).
    private static func parts(_ value: String) -> [String] {
        var parts = [""]
        var scalars = value.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\\": parts[parts.count - 1].unicodeScalars.append(scalars.popFirst().map { $0 == "n" ? "\n" : $0 } ?? "\\")
            case ";": parts.append("")
            default: parts[parts.count - 1].unicodeScalars.append(scalar)
            }
        }
        return parts
    }

    @Test("long lines go on in the next, and no character is torn apart", arguments: ["a", "ñ", "語", "👩‍👩‍👧"])
    func folding(character: String) {
        let name = String(repeating: character, count: 200)
        let card = ContactCard(name: .init(formattedName: name))
        let text = VCard.text(of: [card])
        for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 75) }
        #expect(unfolded([card]).contains("FN:\(name)\r\n"))
    }

    @Test("a card without a name is called by what it has, and several stand one after the other")
    func nameless() {
        let card = ContactCard(name: .init(formattedName: " "), company: "Acme")
        #expect(lines(card).contains("FN:Acme"))
        #expect(lines(ContactCard(name: .init(formattedName: ""))).contains("FN:Contact"))
        #expect(VCard.text(of: [card, card]).components("BEGIN:VCARD") == 2)
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
