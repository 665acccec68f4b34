internal import Domain

/// The part of a form that says what a template's variables stand for. Template `mapping-fields`.
struct MappingFieldsView: View {
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - columns: headings of the file that may be spoken of, in its order.
    ///   - problems: shown beside the variables that they are about.
    init(_ parts: TemplateParts, mapping: TemplateMapping, columns: [String] = [], problems: [TemplateProblem] = []) {
        var errors: [String: String] = [:]
        for problem in problems { if let key = problem.key, errors[key] == nil { errors[key] = problem.detail } }
        names = [
            "mappingRows": parts.variables.map {
                RowView($0, mapped: mapping.variables[$0.key] ?? .text(""), columns: columns, error: errors[$0.key])
            }
        ]
    }

    /// What was filled in. A field that nobody knows is refused by name.
    static func mapping(of parts: TemplateParts, in form: FormFields) throws(TemplateProblem) -> TemplateMapping {
        var mapping = TemplateMapping()
        for variable in parts.variables {
            let name = Self.name(of: variable.key)
            let text = (form["\(name).text"] ?? "").trimmed
            let chosen = form["\(name).field"] ?? ""
            guard !chosen.isEmpty else {
                // What may stay empty isn't mapped.
                if !text.isEmpty || variable.isRequired { mapping.variables[variable.key] = .text(text) }
                continue
            }
            guard let field = MergeField(parsing: chosen) else { throw .fieldUnknown(key: variable.key, field: chosen) }
            let written = form["\(name).format"] ?? ""
            let format = MergeFormat(rawValue: written)
            if format == nil, !written.isEmpty { throw .formatUnknown(key: variable.key, format: written) }
            mapping.variables[variable.key] = .field(field, fallback: text, format: format)
        }
        return mapping
    }

    private static func name(of key: String) -> String { "map.\(key)" }

    struct RowView: View {
        let names: [String: any Sendable]

        init(_ variable: TemplateVariable, mapped: MappedVariable, columns: [String], error: String?) {
            var (chosen, text, format): (MergeField?, String, MergeFormat?) = (nil, "", nil)
            switch mapped {
            case .text(let given): text = given
            case .field(let field, let fallback, let written): (chosen, text, format) = (field, fallback, written)
            }
            let known = MergeField.Known.allCases.map(MergeField.known).filter { $0.fits(variable.kind) || $0 == chosen }
            // A column that the file no longer has stays chosen, so that it can be seen and changed.
            var headings = columns.map(MergeField.column)
            if let chosen, case .column = chosen, !headings.contains(chosen) { headings.append(chosen) }
            names = [
                "mappingID": "mv-\(variable.key.replacing(".", with: "-"))", "mappingName": MappingFieldsView.name(of: variable.key),
                "mappingLabel": TemplateWords.label(variable), "mappingText": text, "mappingError": error.orFalse,
                "mappingGroups": [GroupView("Known facts", known, chosen), GroupView("Columns of the file", headings, chosen)]
                    .filter { !$0.isEmpty },
                "mappingFormats": MergeFormat.allCases.map { OptionView($0.rawValue, $0.label, isChosen: $0 == format) },
            ]
        }
    }

    struct GroupView: View {
        let names: [String: any Sendable]
        let isEmpty: Bool

        init(_ label: String, _ fields: [MergeField], _ chosen: MergeField?) {
            isEmpty = fields.isEmpty
            names = [
                "groupLabel": label, "groupFields": fields.map { OptionView($0.text, $0.label, isChosen: $0 == chosen) },
            ]
        }
    }

    struct OptionView: View {
        let names: [String: any Sendable]

        init(_ value: String, _ words: String, isChosen: Bool) {
            names = ["optionValue": value, "optionWords": words, "optionIsChosen": isChosen]
        }
    }
}
