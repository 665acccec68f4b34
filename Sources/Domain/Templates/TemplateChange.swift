package import struct Foundation.Date

/// What was done to a template of an account, as far as it bears on what may be done next.
package struct TemplateChange: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable, Codable { case created, edited, deleted }

    package let kind: Kind
    package let name: String
    /// Nil when all languages were meant.
    package let language: String?
    package let at: Date

    package init(_ kind: Kind, name: String, language: String?, at: Date) {
        (self.kind, self.name, self.language, self.at) = (kind, name, language, at)
    }
}

/// When a template may be edited, and a name used again (Meta, "Validation rules", read 2026-11). WhatsApp counts what is done in its own pages, too, of
/// which we don't know; it has the last word.
package enum TemplateChangeRules {
    package static let editsPerDay = 1
    package static let editsPerMonth = 10
    package static let daySeconds = 86_400.0
    package static let monthSeconds = 30 * daySeconds
    /// After a deletion.
    package static let nameBlockSeconds = monthSeconds

    /// - Parameter edits: when the template was edited in the last 30 days.
    package static func requireEditable(_ template: Template, to draft: TemplateDraft, edits: [Date], now: Date) throws(TemplateProblem) {
        guard template.goneAt == nil else { throw .gone(name: template.name) }
        guard [.approved, .rejected, .paused].contains(template.status) else { throw .notEditable(template.status) }
        guard template.name == draft.name, template.language == draft.language else { throw .keyFixed }
        guard template.status == .approved else { return }
        guard draft.category.rawValue == template.definition.category else { throw .categoryFixed }
        let (day, month) = (
            edits.filter { now.timeIntervalSince($0) < daySeconds }, edits.filter { now.timeIntervalSince($0) < monthSeconds }
        )
        if day.count >= editsPerDay, let last = day.max() { throw .editTooSoon(until: last.addingTimeInterval(daySeconds)) }
        if month.count >= editsPerMonth, let first = month.min() { throw .editTooSoon(until: first.addingTimeInterval(monthSeconds)) }
    }

    /// - Parameter deletions: of this name in the last 30 days.
    package static func requireNameFree(_ deletions: [Date], now: Date) throws(TemplateProblem) {
        guard let last = deletions.max(), now.timeIntervalSince(last) < nameBlockSeconds else { return }
        throw .nameBlocked(until: last.addingTimeInterval(nameBlockSeconds))
    }
}
