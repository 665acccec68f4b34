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

extension TemplateMapping: Codable {
    package init(from decoder: any Decoder) throws {
        variables = try decoder.singleValueContainer().decode([String: MappedVariable].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(variables)
    }
}

/// `{"text": "…"}`, or `{"field": "contact.name", "fallback": "…", "format": "date.long"}`.
extension MappedVariable: Codable {
    private enum Key: String, CodingKey { case text, field, fallback, format }

    /// Throws ``TemplateProblem/fieldUnknown(key:field:)`` and ``TemplateProblem/formatUnknown(key:format:)``.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let text = try container.decodeIfPresent(String.self, forKey: .field) else {
            self = .text(try container.decode(String.self, forKey: .text))
            return
        }
        let key = decoder.codingPath.last?.stringValue ?? ""
        guard let field = MergeField(parsing: text) else { throw TemplateProblem.fieldUnknown(key: key, field: text) }
        let format = try container.decodeIfPresent(String.self, forKey: .format).map { text in
            guard let format = MergeFormat(rawValue: text) else { throw TemplateProblem.formatUnknown(key: key, format: text) }
            return format
        }
        self = .field(field, fallback: try container.decodeIfPresent(String.self, forKey: .fallback) ?? "", format: format)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .field(let field, let fallback, let format):
            try container.encode(field.text, forKey: .field)
            try container.encode(fallback, forKey: .fallback)
            try container.encodeIfPresent(format, forKey: .format)
        }
    }
}
