internal import Domain
internal import Foundation

extension ChipView {
    /// A label on a conversation.
    init(_ label: Label) { self.init(label.name, tone: "label \(label.color.tone)") }

    /// Those of a conversation, by name.
    static func labels(of conversation: Conversation, among labels: [Label]) -> [ChipView] {
        labels.filter { conversation.labels.contains($0.id) }.map { ChipView($0) }
    }
}

extension Label.Color {
    /// The style of a chip in this colour.
    var tone: String {
        switch self {
        case .grey: "grey"
        case .red: "danger"
        case .amber: "warn"
        case .green: "ok"
        case .blue: "info"
        case .violet: "violet"
        }
    }

    var name: String { rawValue.capitalized }
}
