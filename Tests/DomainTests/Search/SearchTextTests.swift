import Domain
import Testing

@Suite("Words that are searched by")
struct SearchTextTests {
    @Test(
        "capitals, accents and ways of writing make no difference",
        arguments: [
            ("José GONZÁLEZ", ["jose", "gonzalez"]), ("Straße", ["strasse"]), ("Łódź, Øresund", ["lodz", "oresund"]),
            ("ＡＢＣ１２３", ["abc123"]),
            ("don't l’été", ["dont", "lete"]), ("invoice_2026-final.PDF", ["invoice", "2026", "final", "pdf"]),
            ("مُحَمَّد", ["محمد"]), ("أحمد إلى", ["احمد", "الي"]), ("שָׁלוֹם", ["שלום"]), ("한국어", ["한국어"]), ("", []), ("… – !?", []),
            ("👍🏽 ok ❤️", ["👍", "ok", "❤"]), ("İstanbul", ["istanbul"]),
        ])
    func words(text: String, words: [String]) { #expect(SearchText.tokens(in: text).map(\.word) == words) }

    @Test(
        "scripts without spaces are taken apart into pairs, and the last character by itself",
        arguments: [("你好世界", ["你好", "好世", "世界", "界"]), ("好", ["好"]), ("カタカナ", ["カタ", "タカ", "カナ", "ナ"])])
    func pairs(text: String, words: [String]) { #expect(SearchText.tokens(in: text).map(\.word) == words) }

    @Test("a number that is written in groups is one number too")
    func numbers() {
        #expect(
            SearchText.tokens(in: "Call +34 600-111 222, please").map(\.word) == [
                "call", "34", "600", "111", "222", "34600111222", "please",
            ])
        #expect(SearchText.tokens(in: "2 x 3").map(\.word) == ["2", "x", "3"])
    }

    @Test("the Arabic article may be left out")
    func article() { #expect(Set(SearchText.tokens(in: "الطلب").map(\.word)) == ["الطلب", "طلب"]) }

    @Test("a token knows where it stands")
    func ranges() {
        let text = "Sí, José: 你好"
        #expect(SearchText.tokens(in: text).map { String(text[$0.range]) } == ["Sí", "José", "你好", "好"])
    }

    @Test("a long word is cut, in the text as in the question")
    func longWord() throws {
        let word = String(repeating: "a", count: 4_000)
        #expect(SearchText.tokens(in: word).map(\.word.count) == [SearchText.wordLimit])
    }

    @Test("any text makes words and no trouble", arguments: [1, 2, 3])
    func anything(seed: UInt64) {
        let pieces = ["a", "'", "é", "\u{301}", "你", "ก", "ำ", "👩‍👩‍👧", "🇪🇸", "\u{200D}", "1", " ", "-", "\u{0}", "\u{FE0F}", "ال", "\n"]
        var state = seed
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            for token in SearchText.tokens(in: text) {
                #expect(!token.word.isEmpty && token.range.upperBound <= text.endIndex, "\(text.debugDescription)")
                #expect(!token.word.unicodeScalars.contains("\u{0}"))
            }
        }
    }
}

@Suite("What somebody looks for")
struct SearchQueryTests {
    @Test(
        "each word is looked for once; of a number only the whole",
        arguments: [
            ("late order Late", ["late", "order"]), ("+34 600 111 222 ana", ["34600111222", "ana"]), ("你好世界", ["你好", "好世", "世界"]),
            ("界", ["界"]), ("\"late\" NEAR(order*) AND %_", ["late", "near", "order", "and"]),
        ])
    func terms(text: String, words: [String]) throws { #expect(try SearchQuery(parsing: text).terms.map(\.word) == words) }

    @Test(
        "what can't be looked for is refused",
        arguments: [
            ("", SearchProblem.textTooShort), ("a", .textTooShort), ("…", .textTooShort), ("\u{0}", .textTooShort),
            (String(repeating: "x", count: 201), .textTooLong), (String(repeating: "word ", count: 2_000), .textTooLong),
        ])
    func refusals(text: String, problem: SearchProblem) { #expect(throws: problem) { try SearchQuery(parsing: text) } }

    @Test(
        "one letter more, less or another is near",
        arguments: [
            ("delivery", "delivary", true), ("delivery", "deliverys", true), ("delivery", "elivery", true), ("delivery", "delivery", true),
            ("delivery", "delavary", false), ("delivery", "delive", false), ("delivery", "deilvery", false),
        ])
    func near(word: String, other: String, isNear: Bool) { #expect(SearchTerm(word).isNear(other) == isNear) }

    @Test("neighbours that have changed places are among the spellings")
    func swapped() { #expect(SearchTerm("house").swapped == ["ohuse", "huose", "hosue", "houes"]) }
}

@Suite("Places of words")
struct SearchPlacesTests {
    @Test("what is written is read again, in order, each once, also after more was added")
    func bytes() {
        let start: Int64 = 1_790_000_000_000
        let bucket = SearchPlaces.bucket(of: start)
        let (one, other) = ([start, start + 1, start + 300], [start + 70_000, start + 1])
        let bytes = SearchPlaces.bytes(of: one) + SearchPlaces.bytes(of: other)
        #expect(SearchPlaces.places(in: bytes, of: bucket) == [start, start + 1, start + 300, start + 70_000])
        #expect(SearchPlaces.places(in: Array(bytes.dropLast()), of: bucket).count == 4)
    }

    @Test("lists meet")
    func lists() {
        #expect(SearchPlaces.intersection([1, 3, 5, 7], [3, 4, 7, 9]) == [3, 7])
        #expect(SearchPlaces.union([[1, 3], [2, 3], []]) == [1, 2, 3])
    }
}
