package import struct Foundation.TimeZone

/// What a template's variables stand for, whoever a message goes to: the same for a chat, a campaign and a program.
package struct TemplateMapping: Sendable, Equatable {
    /// By ``TemplateVariable/key``.
    package var variables: [String: MappedVariable]

    package init(_ variables: [String: MappedVariable] = [:]) { self.variables = variables }

    /// What can be guessed, without the fallbacks, which nobody can guess.
    package static func suggested(for parts: TemplateParts) -> TemplateMapping {
        var mapping = TemplateMapping()
        for variable in parts.variables {
            guard let field = TemplateSuggestion.field(for: variable) else { continue }
            mapping.variables[variable.key] = .field(.known(field), fallback: "", format: nil)
        }
        return mapping
    }

    /// All that is wrong with it whoever it is for, in the order of the variables.
    ///
    /// - Parameter columns: headings of the file that it may speak of.
    package func problems(for parts: TemplateParts, columns: Set<String> = []) -> [TemplateProblem] {
        let variables = parts.variables
        let unfit = variables.compactMap { variable -> TemplateProblem? in
            guard case .field(let field, _, _) = self.variables[variable.key] else { return nil }
            if case .column(let heading) = field, !columns.contains(heading) {
                return .columnMissing(key: variable.key, column: heading)
            }
            return field.fits(variable.kind) ? nil : .fieldUnfit(key: variable.key)
        }
        guard unfit.isEmpty else { return unfit }
        // With nothing known of somebody the fallbacks alone have to make a message.
        return parts.problems(values(in: MergeContext(), language: "en")).map { problem in
            guard case .valueMissing(let key) = problem, case .field = self.variables[key] else { return problem }
            return .fallbackMissing(key: key)
        }
    }

    /// What each variable stands for in one message; a fallback where nothing is known.
    ///
    /// - Parameter language: the template's, as WhatsApp has it.
    package func values(in context: MergeContext, language: String) -> [String: String] {
        variables.mapValues { variable in
            switch variable {
            case .text(let text): return text
            case .field(let field, let fallback, let format):
                let text = context.values[field]?.text(format, language: language, zone: context.zone) ?? ""
                return text.isEmpty ? fallback : text
            }
        }
    }

    /// Whether it speaks of columns of a file.
    package var columns: Set<String> {
        Set(
            variables.values.compactMap {
                if case .field(.column(let heading), _, _) = $0 { heading } else { nil }
            })
    }
}

/// What one variable stands for.
package enum MappedVariable: Sendable, Equatable {
    /// The same for everybody: a text, a file's id, a link.
    case text(String)
    /// - fallback: used for those of whom the field isn't known.
    case field(MergeField, fallback: String, format: MergeFormat?)
}

/// `{"body.1": {"field": "contact.name", "fallback": "…", "format": "date.long"}, "body.2": {"text": "…"}}`
extension TemplateMapping: Codable {
    private struct Written: Codable {
        var text: String?
        var field: String?
        var fallback: String?
        var format: String?
    }

    /// Throws ``TemplateProblem/fieldUnknown(key:field:)``, ``TemplateProblem/formatUnknown(key:format:)`` and ``TemplateProblem/valueMissing(key:)``.
    package init(from decoder: any Decoder) throws {
        variables = try [String: Written](from: decoder).reduce(into: [:]) { variables, entry in
            variables[entry.key] = try Self.variable(entry.value, key: entry.key)
        }
    }

    private static func variable(_ written: Written, key: String) throws(TemplateProblem) -> MappedVariable {
        guard let name = written.field else {
            guard let text = written.text, written.fallback == nil, written.format == nil else { throw .valueMissing(key: key) }
            return .text(text)
        }
        guard written.text == nil, let field = MergeField(parsing: name) else { throw .fieldUnknown(key: key, field: name) }
        let format = written.format.flatMap(MergeFormat.init)
        if format == nil, let unknown = written.format { throw .formatUnknown(key: key, format: unknown) }
        return .field(field, fallback: written.fallback ?? "", format: format)
    }

    package func encode(to encoder: any Encoder) throws {
        let written = variables.mapValues { variable in
            switch variable {
            case .text(let text): Written(text: text)
            case .field(let field, let fallback, let format): Written(field: field.text, fallback: fallback, format: format?.rawValue)
            }
        }
        try written.encode(to: encoder)
    }
}
