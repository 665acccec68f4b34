import Domain
import Services

@testable import Web

/// What messages cost, with what may be wrong with a price and with a list.
enum MessageRateExamples {
    static let full = view([rate("marketing", "IT", "2026-10-01"), rate("utility", "*", "2027-01-01")], MessageRatesView.Draft()) {
        $0.file = try! MessageRateFile(
            Array("country,marketing\nItaly,0.05\n<b>Atlantis</b>,1\n".utf8), currency: "EUR", from: "2026-10-01",
            countries: ["italy": "IT"])
    }
    static let empty = view([], MessageRatesView.Draft(), .dark)
    static let refused = view([], MessageRatesView.Draft()) {
        ($0.amount, $0.currency, $0.problem) = ("<b>much</b>", "EUR", MessageRateProblem.amountMalformed)
    }
    static let listRefused = view([], MessageRatesView.Draft()) { ($0.problem, $0.isOfList) = (ImportFileProblem.notText, true) }
    static let categoryRefused = view([], MessageRatesView.Draft()) { $0.problem = MessageRateProblem.tooMany }

    private static func view(
        _ rates: [MessageRate], _ draft: MessageRatesView.Draft, _ theme: PageFrame.Theme = .light,
        _ change: (inout MessageRatesView.Draft) -> Void = { _ in }
    ) -> MessageRatesView {
        var draft = draft
        change(&draft)
        return MessageRatesView(
            Page(data: rates, next: rates.isEmpty ? nil : "abc"), draft, isFirst: rates.isEmpty, notice: nil,
            on: CalendarDay(PageExamples.now), in: PageExamples.workspace(theme))
    }

    private static func rate(_ category: String, _ region: String, _ from: String) -> MessageRate {
        try! MessageRate(category: category, region: region, from: from, amount: "0.0691", currency: "EUR", isKnown: { $0 == "IT" })
    }
}
