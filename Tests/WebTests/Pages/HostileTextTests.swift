import Domain
import Foundation
import TestSupport
import Testing

@testable import Web

/// Whatever is written, pages show it and do nothing else: with each text a page has the same elements with the same attributes as with a harmless one, and
/// shows the text where it shows the harmless one.
@Suite("Hostile texts are only ever text")
struct HostileTextTests {
    private static let texts = HostileTexts.kept

    private static let templates = try! PageTemplates()
    /// A form of the page for each of them: what is an address becomes a link in places, and a name that is too long was never taken.
    private static let harmless = ["Plain", "https://plain.example/x"].flatMap {
        [Standing(text: $0, name: $0), Standing(text: $0, name: "Short")]
    }

    /// What stands everywhere, and in the places of names.
    private struct Standing {
        let text, name: String

        var pages: [[StrictHTML.Piece]] {
            get throws {
                let examples = HostileExamples { ["label", "team", "saved view"].contains($0) ? name : text }
                return try examples.all.map { view in
                    HostileTextTests.merged(try StrictHTML(templates.render(view, with: type(of: view).template)).pieces)
                }
            }
        }
    }

    @Test("every page has the same form, whatever stands in it")
    func pages() throws {
        #expect(Self.texts.count > 190)
        let usual = try Self.harmless.map { ($0, try $0.pages) }
        for text in Self.texts {
            // Of a template's own text the braces are places, and a line break in a value is refused with a line more: these are only read.
            let isSpecial =
                text.contains("{") || text.unicodeScalars.contains { $0.properties.generalCategory == .control }
                || text.contains(where: \.isNewline)
            let pages = try Standing(text: text, name: text.count <= 40 ? text : "Short").pages
            for (index, page) in pages.enumerated() where !isSpecial || index < HostileExamples.firstTemplate {
                var differences: [String] = []
                for (harmless, usual) in usual {
                    let difference = Self.difference(usual[index], page, harmless: Self.kept(harmless.text), text: Self.kept(text))
                    guard let difference else { break }
                    differences.append(difference)
                }
                if differences.count == usual.count { Issue.record("\(text.debugDescription) on page \(index): \(differences)") }
            }
        }
    }

    /// Whatever turns the direction of writing ends with the element, for which the styles see; so nothing may follow it within.
    @Test("the direction of one text doesn't reach its neighbours")
    func isolation() throws {
        // What only WhatsApp chooses may stand within our sentences, and titles are without such signs.
        let providers: Set = ["kind", "code", "error"]
        let examples = HostileExamples { providers.contains($0) || $0.hasPrefix("template") ? "Theirs" : "Plain" }
        for (index, view) in examples.all.enumerated() {
            let html = Self.templates.render(view, with: type(of: view).template)
            // What was chosen by others, in each of the elements that are open; what isn't to be seen can't be turned either.
            var open = [""]
            for piece in try StrictHTML(html).pieces {
                switch piece {
                case .open(let name, let attributes):
                    if !StrictHTML.empty.contains(name) {
                        open.append(attributes["class"]?.contains("visually-hidden") == true ? "unseen" : "")
                    }
                case .close: open.removeLast()
                case .text(let text):
                    guard text.contains(where: { !$0.isWhitespace }), !text.hasSuffix(" · Switchboard"), !open.contains("unseen") else {
                        continue
                    }
                    #expect(!open.contains("Plain"), "\(text.debugDescription) follows what others wrote on page \(index)")
                    let after = text.ranges(of: "Plain").last.map {
                        text[$0.upperBound...].trimmingPrefix(while: { "\")].: ".contains($0) })
                    }
                    #expect(after?.contains(where: { !$0.isWhitespace }) != true, "\(text.debugDescription) on page \(index)")
                    if after != nil, !open.isEmpty { open[open.count - 1] = "Plain" }
                }
            }
        }
    }

    @Test("a title holds nothing that turns what follows it")
    func titles() throws {
        for text in Self.texts {
            let html = Self.templates.render(HostileExamples { _ in text }.found, with: SearchView.template)
            let title = try #require(html.firstMatch(of: /<title>(.*?)<\/title>/.dotMatchesNewlines()))
            #expect(!title.1.unicodeScalars.contains { $0.properties.isBidiControl })
            #expect(title.1.hasSuffix(" · Switchboard"))
        }
    }

    /// Without what WhatsApp's own markup makes, and each text as one.
    private static func merged(_ pieces: [StrictHTML.Piece]) -> [StrictHTML.Piece] {
        var merged: [StrictHTML.Piece] = []
        var links: [Bool] = []
        for piece in pieces {
            switch piece {
            case .open("a", let attributes):
                // To an address outside, or to where somebody is written to, with digits and nothing else.
                let isNumber = attributes["href"]?.wholeMatch(of: /\/app\/[a-z]+\/whatsapp\/new\?to=%2B[0-9]+/) != nil
                links.append(isNumber || attributes["rel"]?.contains("nofollow") == true)
                if links.last == true { continue }
            case .close("a"): if links.popLast() == true { continue }
            case .open(let name, let attributes) where attributes.isEmpty && marks.contains(name): continue
            case .close(let name) where marks.contains(name): continue
            case .text(let text):
                if case .text(let before) = merged.last {
                    merged[merged.count - 1] = .text(before + text)
                    continue
                }
            default: break
            }
            merged.append(piece)
        }
        return merged.filter { if case .text(let text) = $0 { !text.allSatisfy(\.isWhitespace) } else { true } }
    }

    private static let marks: Set<String> = ["strong", "em", "s", "code", "pre", "blockquote", "ul", "li", "b"]

    /// What can be compared: no blanks, none of the signs that are WhatsApp's markup, and as some templates' states are written.
    private static func kept(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { !$0.properties.isWhitespace && !"*_~`>-•{}".unicodeScalars.contains($0) }
        return String(String.UnicodeScalarView(kept)).uppercased().lowercased().uppercased()
    }

    private static func difference(_ usual: [StrictHTML.Piece], _ page: [StrictHTML.Piece], harmless: String, text: String) -> String? {
        func isSame(_ one: String, _ other: String) -> Bool {
            guard one != other, kept(one).contains(harmless) else { return true }
            // The text itself is in an address only where it is encoded.
            let other = one.hasPrefix("/app/") || one.hasPrefix("?") ? other.removingPercentEncoding ?? other : other
            let wanted = kept(one).replacing(harmless, with: one.hasSuffix(" · Switchboard") ? text.withoutTurns : text)
            let found = kept(other)
            guard found.last != "…" || text.last == "…" else { return wanted.hasPrefix(found.dropLast()) }
            return Array(wanted.unicodeScalars) == Array(found.unicodeScalars) || (found.count >= 90 && wanted.hasPrefix(found))
        }
        for (one, other) in zip(usual, page) {
            switch (one, other) {
            case (.text(let one), .text(let other)):
                if !isSame(one, other) { return "\(one) became \(other)" }
            case (.open(let name, let attributes), .open(let other, let others)):
                guard name == other, attributes.keys == others.keys || Set(attributes.keys) == Set(others.keys) else {
                    return "\(one) became \(other) \(others)"
                }
                for (key, value) in attributes where key != "class" && !isSame(value, others[key] ?? "") {
                    return "\(name) \(key)=\(value) became \(others[key] ?? "")"
                }
            case (.close(let name), .close(let other)) where name == other: continue
            default: return "\(one) became \(other)"
            }
        }
        return usual.count == page.count ? nil : "\(usual.count) pieces became \(page.count)"
    }
}
