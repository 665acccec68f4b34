import Foundation
import Testing

@testable import Domain

@Suite("What people let the business send them")
struct ConsentTests {
    private static let moment = Date(timeIntervalSince1970: 1_790_000_000)

    @Test(
        "each change, from each state",
        arguments: [
            (.unknown, .optIn, .optedIn, false), (.unknown, .optOut, .optedOut, false), (.unknown, .stopAll, .optedOut, true),
            (.optedIn, .optOut, .optedOut, false), (.optedIn, .stopAll, .optedOut, true), (.optedOut, .optIn, .optedIn, false),
            (.optedOut, .stopAll, .optedOut, true),
        ] as [(Consent.Marketing, ConsentChange, Consent.Marketing, Bool)])
    func changes(before: Consent.Marketing, change: ConsentChange, marketing: Consent.Marketing, isStopped: Bool) {
        let before = Consent(marketing: before, isStopped: false, changedAt: before == .unknown ? nil : Self.moment)
        let later = Self.moment.addingTimeInterval(1)
        #expect(before.applying(change, at: later) == Consent(marketing: marketing, isStopped: isStopped, changedAt: later))
        // Twice is once.
        #expect(before.applying(change, at: later)?.applying(change, at: later.addingTimeInterval(1)) == nil)
    }

    @Test("what was said earlier changes nothing, and of one moment the stricter counts")
    func order() {
        let out = Consent(marketing: .optedOut, isStopped: false, changedAt: Self.moment)
        #expect(out.applying(.optIn, at: Self.moment.addingTimeInterval(-1)) == nil)
        #expect(out.applying(.optIn, at: Self.moment) == nil)
        #expect(out.applying(.stopAll, at: Self.moment)?.isStopped == true)
        let into = Consent(marketing: .optedIn, isStopped: false, changedAt: Self.moment)
        #expect(into.applying(.optOut, at: Self.moment.addingTimeInterval(-1)) == nil)
        #expect(into.applying(.optOut, at: Self.moment)?.marketing == .optedOut)
        // No marketing doesn't mean more than nothing.
        let stopped = Consent(marketing: .optedOut, isStopped: true, changedAt: Self.moment)
        #expect(stopped.applying(.optOut, at: Self.moment.addingTimeInterval(5)) == nil)
    }

    @Test(
        "which templates a state forbids",
        arguments: [
            (.unknown, nil, nil, nil), (.optedIn, nil, nil, nil), (.optedOut, .optedOut, nil, nil),
            (.stopped, .stoppedAll, .stoppedAll, nil),
        ] as [(State, ConsentReason?, ConsentReason?, ConsentReason?)])
    func forbids(state: State, marketing: ConsentReason?, utility: ConsentReason?, authentication: ConsentReason?) {
        #expect(state.consent.forbids(.marketing) == marketing)
        #expect(state.consent.forbids(.utility) == utility)
        #expect(state.consent.forbids(nil) == utility)
        #expect(state.consent.forbids(.authentication) == authentication)
    }

    enum State: Sendable {
        case unknown, optedIn, optedOut, stopped

        var consent: Consent {
            switch self {
            case .unknown: .unknown
            case .optedIn: Consent(marketing: .optedIn, isStopped: false, changedAt: moment)
            case .optedOut: Consent(marketing: .optedOut, isStopped: false, changedAt: moment)
            case .stopped: Consent(marketing: .optedOut, isStopped: true, changedAt: moment)
            }
        }
    }

    @Test(
        "the whole message is the word, however it is written",
        arguments: [
            ("STOP", .optOut), ("stop", .optOut), ("  Stop.\n", .optOut), ("“STOP”", .optOut), ("¡Baja!", .optOut), ("STOP  ALL", .stopAll),
            ("stop all.", .stopAll), ("Start", .optIn), ("ＳＴＯＰ", .optOut), ("No mas ofertas", .optOut), ("OPREȘTE TOT", .stopAll),
            ("oprește tot", .stopAll), ("plus d’offres", .optOut), ("توقف", .optOut), ("BAŞLA", .optIn), ("désabonner", .optOut),
            ("Please stop", nil), ("stop it", nil), ("Don't stop", nil), ("bus stop", nil), ("", nil), ("...", nil),
            ("stopp alles jetzt", nil),
            (String(repeating: "stop ", count: 100), nil), ("🛑", nil),
        ] as [(String, ConsentChange?)])
    func words(text: String, change: ConsentChange?) {
        #expect(ConsentWords.standard.meaning(of: text)?.change == change)
    }

    @Test("a word of several languages names all of them, and is answered in one")
    func languages() {
        let meaning = ConsentWords.standard.meaning(of: "stop")
        #expect(meaning?.languages.first == "en")
        #expect(meaning?.languages.contains("it") == true)
        #expect(ConsentWords.standard.confirmation(of: .optOut, in: ["it", "en"])?.contains("offerte") == true)
        #expect(ConsentWords.standard.confirmation(of: .optOut, in: ["xx"]) == nil)
    }

    @Test("each standard word means what its language says, and each confirmation names a word that undoes it")
    func standard() {
        for language in ConsentWords.standard.languages {
            for change in ConsentChange.allCases {
                let group = language.group(of: change)
                #expect(!group.words.isEmpty && !group.confirmation.isEmpty, "\(language.code)")
                for word in group.words { #expect(ConsentWords.standard.meaning(of: word)?.change == change, "\(word)") }
                let undoes = group.confirmation.split { !$0.isLetter }.contains { word in
                    guard let other = ConsentWords.standard.meaning(of: String(word))?.change else { return false }
                    return (other == .optIn) != (change == .optIn)
                }
                #expect(undoes, "\(language.code) \(change)")
            }
        }
    }

    private static func language(
        _ code: String = "en", out: [String] = ["stop"], all: [String] = [], into: [String] = ["start"], text: String = ""
    ) -> ConsentWords.Language {
        .init(
            code: code, optOut: .init(out, confirmation: text), stopAll: .init(all, confirmation: ""),
            optIn: .init(into, confirmation: ""))
    }

    @Test(
        "what can't be words is refused",
        arguments: [
            ([language("xx")], .languageUnknown("xx")), ([language(), language()], .languageTwice("en")),
            ([language(out: ["stop"], into: ["STOP"])], .wordTwice("stop")),
            ([language(), language("de", out: ["start"], into: [])], .wordTwice("start")),
            ([language(out: [String(repeating: "x", count: 31)])], .wordTooLong(String(repeating: "x", count: 31))),
            ([language(out: (0...30).map { "word\($0)" })], .tooManyWords(language: "en")),
            ([language(text: String(repeating: "x", count: 1_001))], .textTooLong(language: "en", count: 1_001)),
        ] as [([ConsentWords.Language], ConsentProblem)])
    func refusals(languages: [ConsentWords.Language], problem: ConsentProblem) {
        #expect(throws: problem) { try ConsentWords(languages) }
    }

    @Test("words come back from their stored form")
    func stored() throws {
        let stored = try JSONText.encode(ConsentWords.standard)
        #expect(try JSONText.decode(from: stored) as ConsentWords == .standard)
    }

    @Test("a file of opt-ins: what is taken, and why not")
    func file() throws {
        let text = """
            Phone,Time,Proof
            +39 333 1234567,2026-03-31,Form on the website
            +393331234568,2026-03-31T10:00:00Z,"Fair in Milan, card 17"
            ,2026-03-31,Form
            +393331234569,yesterday,Form
            +393331234570,2126-03-31,Form
            +393331234571,2026-03-31 10:30,
            """
        let file = try ConsentFile(Array(text.utf8), region: nil, numbers: PhoneNumbersTests.numbers, now: Self.moment)
        #expect(file.optIns.map(\.line) == [2, 3])
        #expect(file.optIns.map(\.optIn.proof) == ["Form on the website", "Fair in Milan, card 17"])
        #expect(file.optIns[1].optIn.at == (try Date("2026-03-31T10:00:00Z", strategy: .iso8601)))
        #expect(file.refusals.map(\.code) == ["phone-missing", "time-unreadable", "time-ahead", "proof"])
        #expect(throws: ConsentProblem.fileUnreadable) {
            try ConsentFile(Array("Phone,Name\n+393331234567,Ana".utf8), region: nil, numbers: PhoneNumbersTests.numbers, now: Self.moment)
        }
    }
}
