import Domain
import Foundation
import Services

@testable import Web

/// Searches that found much, nothing, and what they couldn't look for.
enum SearchExamples {
    static func names(_ one: String = "Shop", _ colleague: String = "Kim Lee") -> SearchView.Names {
        SearchView.Names(
            senders: [(PageExamples.senders[0].id, one), (PageExamples.senders[1].id, "Support")],
            people: [
                (PageExamples.colleagues.people[0].account.id, "Ana Ruiz"), (PageExamples.colleagues.people[1].account.id, colleague),
            ],
            me: PageExamples.colleagues.people[0].account.id)
    }

    static func query(_ fields: [String: String]) -> SearchView.Query { SearchView.Query { fields[$0] ?? "" } }

    private static func found(_ number: Int, _ direction: MessageDirection, _ content: MessageContent) -> SearchService.FoundMessage {
        SearchService.FoundMessage(
            message: PageExamples.message(number, direction, content, secondsAgo: Double(number) * 40_000),
            conversation: PageExamples.conversation(number % 3, ["María González", "محمد علي", "Lucía"][number % 3], "x", secondsAgo: 60))
    }

    static func answer<Element>(
        _ data: [Element], _ words: Set<String>, next: String? = nil, spelling: SearchSpelling = .exact, isComplete: Bool = true,
        isPart: Bool = false
    ) -> SearchService.Answer<Element> {
        SearchService.Answer(data: data, next: next, spelling: spelling, words: words, isIndexComplete: isComplete, isPart: isPart)
    }

    static let full = SearchView(
        query(["text": "envio maria"]),
        .init(
            messages: answer(
                [
                    found(1, .inbound, .text("¿Me confirmas el envío de mañana, por favor? Lo necesito para el cumpleaños de María")),
                    found(2, .outbound, .text("El envío sale hoy")),
                    found(3, .outbound, .media(MediaContent(kind: .document, caption: "Tu envío", filename: "envio.pdf"))),
                ], ["envio", "maria"], next: "cursor"),
            contacts: answer(
                [[PageExamples.conversation(0, "María González", "x", secondsAgo: 60)]], ["maria", "\u{2}222111006"], next: "more")),
        nil, names(), in: PageExamples.workspace())

    static let blank = SearchView(query([:]), .init(), nil, names(), in: PageExamples.workspace(.dark))

    static let nothing = SearchView(
        query(["text": "xyz", "kind": "image", "from": "2026-11-01"]), .init(messages: answer([], ["xyz"])), nil, names(),
        in: PageExamples.workspace(.dark))

    static let refused = SearchView(
        query(["text": "a"]), .init(), SearchProblem.textTooShort.detail, names(), in: PageExamples.workspace())

    static let part = SearchView(
        query(["text": "envio", "in": "messages", "spelling": "similar"]),
        .init(messages: answer([], ["envio"], next: "cursor", spelling: .similar, isComplete: false, isPart: true)), nil, names(),
        in: PageExamples.workspace())
}
