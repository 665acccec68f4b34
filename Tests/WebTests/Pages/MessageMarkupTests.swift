import Foundation
import TestSupport
import Testing

@testable import Web

@Suite("WhatsApp's marks as HTML")
struct MessageMarkupTests {
    @Test(
        "marks, addresses, lines",
        arguments: [
            ("plain", "plain"),
            ("*bold* _it_ ~no~ `a*b*`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>"),
            ("*_both_*", "<strong><em>both</em></strong>"),
            ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
            ("so * not this* *nor this *", "so * not this* *nor this *"),
            ("** ****", "** ****"),
            ("*open", "*open"),
            ("*a*b*", "<strong>a*b</strong>"),
            ("(*b*), «_i_»", "(<strong>b</strong>), «<em>i</em>»"),
            ("*a\nb*", "*a\nb*"),
            ("one\r\ntwo", "one\ntwo"),
            ("```\nlet a = *1*\n```", "<pre>let a = *1*</pre>"),
            ("before\n```x```\nafter", "before\n<pre>x</pre>after"),
            ("``````", "``````"),
            ("> said\nanswer", "<blockquote>said</blockquote>answer"),
            ("Bring\n- your *pass*\n- a pen\nand come", "Bring<ul><li>your <strong>pass</strong></li><li>a pen</li></ul>and come"),
            ("* one\n\n* two", "<ul><li>one</li></ul><ul><li>two</li></ul>"), ("- \n-x", "- \n-x"),
            ("> so\n- it", "<blockquote>so</blockquote><ul><li>it</li></ul>"), ("- 1\n```2```", "<ul><li>1</li></ul><pre>2</pre>"),
            ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"),
            ("<\u{301}b>", "&lt;\u{301}b&gt;"),
            ("a\0b", "ab"),
            ("see https://example.com/a?b=1&c=(2).", "see \(link("https://example.com/a?b=1&amp;c=(2)"))."),
            ("(http://example.com)", "(\(link("http://example.com")))"),
            ("*https://example.com*", "<strong>\(link("https://example.com"))</strong>"),
            ("xhttps://example.com https:// https://.", "xhttps://example.com https:// https://."),
            ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
            ("https://e.com/\"onclick=\"x", "\(link("https://e.com/"))&quot;onclick=&quot;x"),
        ])
    func examples(text: String, html: String) {
        #expect(MessageMarkup.html(text) == html)
    }

    @Test(
        "telephone numbers with their country code lead to where one writes to them",
        arguments: [
            ("Call +34 600 111 222.", "Call [34600111222 +34 600 111 222]."),
            ("+34600111222,+15550199001", "[34600111222 +34600111222],[15550199001 +15550199001]"),
            ("(+49 (1512) 345-6789)", "([4915123456789 +49 (1512) 345-6789])"),
            // What stands behind isn't of the number, when one with it can't be.
            ("+34 600 111 222 10:30", "[34600111222 +34 600 111 222] 10:30"),
            ("*+34 600 111 222*", "<strong>[34600111222 +34 600 111 222]</strong>"),
            // These aren't numbers that somebody may have.
            ("+34 600", "+34 600"), ("1+34600111222", "1+34600111222"), ("+34600111222x", "+34600111222x"),
            ("+99912345678", "+99912345678"),
            ("600 111 222", "600 111 222"), ("+", "+"), ("+ 34600111222", "[34600111222 + 34600111222]"),
            ("`+34600111222`", "<code>+34600111222</code>"),
            ("https://wa.me/+34600111222", link("https://wa.me/+34600111222")),
        ])
    func numbers(text: String, html: String) {
        let shown = MessageMarkup.html(text, numbersLead: "/new?to=")
            .replacing(/<a href="\/new\?to=%2B(\d+)" title="Write to this number">([^<]*)<\/a>/) { "[\($0.1) \($0.2)]" }
        #expect(shown == html)
        #expect(!MessageMarkup.html(text).contains("/new"))
    }

    /// Whatever is typed: only our elements come out, properly nested, and the text is what it was, less its marks.
    @Test(
        "in the list and in quotes it is one line without marks",
        arguments: [
            ("Yes, *before noon* and _not_ ~later~", "Yes, before noon and not later"), ("*open", "*open"),
            ("one\r\n two\n\nthree", "one two three"), ("before\n```x = 1```\nafter", "before x = 1 after"),
            ("> said\nanswer", "said answer"), ("with\n- one\n- two\nor", "with one two or"), ("<b>&amp; \"'", "<b>&amp; \"'"),
            ("<\u{301}b> e\u{301}", "<\u{301}b> e\u{301}"),
            ("see https://example.com/a?b=1&c=2", "see https://example.com/a?b=1&c=2"), ("👨‍👩‍👧 مرحبا", "👨‍👩‍👧 مرحبا"), ("", ""),
        ])
    func line(text: String, expected: String) { #expect(MessageMarkup.line(text) == expected) }

    @Test("any text gives balanced HTML of our elements only", arguments: 0..<400)
    func property(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "*", "_", "~", "`", "```", "> ", "- ", "* ", "@Kim", "@", "\n", " ", "a", "B", "é", "<", ">", "&", "\"", "'", "<script>", "</",
            "https://", "http://x.y",
            "(", ")", "👍", "+", "+34 600", " 111 222",
            "\u{301}", "\u{202E}", "ا", "\0", "javascript:", ".", "\r\n",
        ]
        let text = (0..<Int.random(in: 0...60, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        let html = MessageMarkup.html(text, numbersLead: "/new?to=", callable: ["Kim", "Kim a"])
        #expect(Self.problem(in: html) == nil, "\(text.debugDescription) gave \(html.debugDescription)")
        #expect(Self.letters(html) == Self.letters(of: text), "\(text.debugDescription) gave \(html.debugDescription)")
    }

    @Test("a long line full of marks takes no longer than its length", .timeLimit(.minutes(5)))
    func speed() {
        for mark in ["*a ", "_", "*_~`", "https://", "```", "> ", "(*", "+", "+34 6", "- a\n", "@Kim "] {
            let html = MessageMarkup.html(String(repeating: mark, count: 20_000), numbersLead: "/new?to=", callable: ["Kim Lee", "Kim"])
            #expect(Self.problem(in: html) == nil)
        }
    }

    @Test(
        "few emoji alone are shown larger",
        arguments: [
            ("😂", true), ("👍🏽 ❤️", true), ("👨‍👩‍👧‍👦🇪🇸😀", true), ("😀😀😀😀", false), ("ok 😀", false), ("", false), (" ", false), ("7", false),
            ("©", false),
        ])
    func emoji(text: String, isEmojiOnly: Bool) {
        #expect(MessageMarkup.isEmojiOnly(text) == isEmojiOnly)
    }

    private static func link(_ address: String) -> String {
        "<a href=\"\(address)\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">\(address)</a>"
    }

    /// Reads the HTML strictly, by scalar as browsers do: every `<` begins one of our tags, every `&` one of our escapes, and all close in order.
    private static func problem(in html: String) -> String? {
        let opening = /<(strong|em|s|code|pre|blockquote|ul|li|b)>/.matchingSemantics(.unicodeScalar)
        let link = /<a href="https?:\/\/[^"<> ]*" target="_blank" rel="noopener noreferrer nofollow">/.matchingSemantics(.unicodeScalar)
        let number = /<a href="\/new\?to=%2B[0-9]{8,15}" title="Write to this number">/.matchingSemantics(.unicodeScalar)
        let closing = /<\/([a-z]+)>/.matchingSemantics(.unicodeScalar)
        let escaped = /&(amp|lt|gt|quot|#39);/.matchingSemantics(.unicodeScalar)
        var open: [Substring] = []
        var rest = html[...]
        while let next = rest.unicodeScalars.firstIndex(where: { "<>&\"'".unicodeScalars.contains($0) }) {
            rest = rest[next...]
            if let match = rest.prefixMatch(of: opening) {
                open.append(match.1)
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: link) {
                open.append("a")
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: number) {
                open.append("a")
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: closing) {
                guard open.popLast() == match.1 else { return "closed out of order: \(match.1)" }
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: escaped) {
                rest = rest[match.range.upperBound...]
            } else {
                return "a bare \(rest.unicodeScalars.first!)"
            }
        }
        return open.isEmpty ? nil : "never closed: \(open)"
    }

    /// What isn't a mark or a blank, to compare before and after.
    private static func letters(of text: String) -> String { String(String.UnicodeScalarView(text.unicodeScalars.filter(isLetter))) }

    private static func letters(_ html: String) -> String {
        var text = html.replacing(/<[^>]*>/.matchingSemantics(.unicodeScalar), with: "")
        for (escape, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replacingOccurrences(of: escape, with: character, options: .literal)
        }
        return letters(of: text)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { !"*_~`>- \n\r\0".unicodeScalars.contains(scalar) }
}
