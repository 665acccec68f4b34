internal import Domain
internal import Foundation

/// The labels of the workspace. Template `labels`.
struct LabelsView: RenderedView {
    static let template = "labels"
    let names: [String: any Sendable]

    /// A label as it was filled in, new without an id.
    struct Draft: Sendable {
        let id: Identifier<Label>?
        let name: String
        let color: Label.Color
        var problem: LabelProblem?

        init(id: Identifier<Label>?, name: String = "", color: Label.Color = .grey, problem: LabelProblem? = nil) {
            (self.id, self.name, self.color, self.problem) = (id, name, color, problem)
        }

        init(id: Identifier<Label>?, _ form: FormFields) throws {
            guard let color = Label.Color(rawValue: try form.require("color")) else {
                throw RequestProblem.fieldMalformed(
                    "color", expected: "one of \(Label.Color.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            self.init(id: id, name: form["name"] ?? "", color: color)
        }
    }

    init(_ labels: [Label], draft: Draft?, notice: PageNotice?, in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Labels", place: .settings, notice: notice).with([
            "labels": labels.map { label in
                LabelView(label, draft?.id == label.id ? draft : nil)
            },
            "newLabel": [LabelView(nil, draft?.id == nil ? draft : nil, isOpen: labels.isEmpty)], "hasNoLabels": labels.isEmpty,
        ]).with(SettingsTab.labels.names)
    }

    struct LabelView: View {
        let names: [String: any Sendable]

        /// - Parameter refused: what was filled in instead of what the label is.
        init(_ label: Label?, _ refused: Draft?, isOpen: Bool = false) {
            let shown = refused ?? Draft(id: label?.id, name: label?.name ?? "", color: label?.color ?? .grey)
            names = [
                "labelID": (label?.id.text).orFalse, "labelKey": label?.id.text ?? "new",
                "labelChip": label.map { [ChipView($0)] } ?? [ChipView](),
                "labelTitle": label?.name ?? "", "labelName": shown.name, "labelIsOpen": isOpen || refused != nil,
                "labelError": (refused?.problem?.detail).orFalse,
                "colorChoices": Label.Color.allCases.map {
                    ChoiceView(value: $0.rawValue, label: $0.name, isSelected: $0 == shown.color)
                },
            ]
        }
    }
}
