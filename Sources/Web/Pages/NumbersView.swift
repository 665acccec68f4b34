internal import Domain
internal import Foundation
internal import Services

/// All numbers of a workspace. Template `numbers`.
struct NumbersView: RenderedView {
    static let template = "numbers"
    let names: [String: any Sendable]

    init(_ page: Page<NumberOverview>, isRemoved: Bool, isFirst: Bool, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/whatsapp/numbers"
        let filter = isRemoved ? "?removed=true" : ""
        names = [
            "hasNumbers": !page.data.isEmpty, "countries": Self.countries(page.data, workspace.frame.times), "isRemoved": isRemoved,
            "numberFilters": [
                LinkView("Connected", address, isCurrent: !isRemoved),
                LinkView("Removed", "\(address)?removed=true", isCurrent: isRemoved),
            ],
            "exportAddress": "\(address)/export\(filter)", "firstAddress": "\(address)\(filter)", "isFirst": isFirst,
            "nextAddress": (page.next.map { "\(address)?after=\($0)\(isRemoved ? "&removed=true" : "")" }).orFalse,
        ].with(workspace.names(title: "Numbers", place: .senders, notice: nil))
    }

    private static func countries(_ numbers: [NumberOverview], _ times: PageTimes) -> [CountryView] {
        var groups: [(name: String, numbers: [NumberView])] = []
        for number in numbers {
            let name = Self.country(of: number.sender.phoneNumber)
            if groups.last?.name != name { groups.append((name, [])) }
            groups[groups.count - 1].numbers.append(NumberView(number, times))
        }
        return groups.map { CountryView($0.name, $0.numbers) }
    }

    private static func country(of number: PhoneNumber) -> String {
        let table = PhoneNumbers.embedded
        if let country = table.country(of: number) { return country.name }
        return table.country(beginning: number.text).map { "Country unknown (+\($0.callingCode))" } ?? "Country unknown"
    }

    struct CountryView: View {
        let names: [String: any Sendable]

        init(_ name: String, _ numbers: [NumberView]) { names = ["countryName": name, "countryNumbers": numbers] }
    }

    struct NumberView: View {
        let names: [String: any Sendable]

        init(_ number: NumberOverview, _ times: PageTimes) {
            let (sender, usage) = (number.sender, number.usage)
            let (word, tone, icon) = SenderWords.status(sender.status)
            names = [
                "numberID": sender.id.text, "numberText": sender.phoneNumber.display, "numberName": sender.name,
                "isThere": sender.removedAt == nil, "removal": (sender.removedAt.map { "Removed \(times.short($0))" }).orFalse,
                "numberDisplayName": (sender.displayName == sender.name ? nil : sender.displayName).orFalse,
                "numberReview": SenderWords.standing(number.nameStanding).orFalse,
                "reviewTone": number.nameStanding == .declined ? "danger" : number.nameStanding == .approved ? "ok" : "",
                "numberChannel": SenderWords.channel(sender.channel), "numberConnection": number.connectionName,
                "numberConnectionID": sender.connectionID.text,
                "numberStatus": word, "numberTone": tone, "numberIcon": icon, "numberReason": sender.statusReason.orFalse,
                "numberQuality": SenderWords.quality(sender.quality), "qualityTone": SenderWords.qualityTone(sender.quality),
                "numberLimit": SenderWords.limit(sender.messagingLimit),
                "numberUsed": (usage.limit == nil ? nil : "\(Figures.text(usage.people)) today").orFalse,
                "isNearLimit": usage.isNearLimit, "numberThroughput": SenderWords.throughput(number.throughput),
                "numberIsSubscribed": usage.isSubscribed,
                "lastIn": number.lastInboundAt.map(times.short) ?? "Never", "lastOut": number.lastOutboundAt.map(times.short) ?? "Never",
                "openCount": Figures.text(number.openConversations),
            ]
        }
    }
}
