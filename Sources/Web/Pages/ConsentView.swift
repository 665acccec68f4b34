internal import Domain
internal import Foundation
internal import Services

/// What one contact lets the business send them, and how it is known. Template `consent`.
struct ConsentView: RenderedView {
    static let template = "consent"
    let names: [String: any Sendable]

    /// As it was filled in.
    struct Draft: Sendable {
        var change: ConsentChange?
        var reason = ""
        var problem: ConsentProblem?

        init() {}
        init(_ form: FormFields) {
            change = form["change"].flatMap(ConsentChange.init(rawValue:))
            reason = (form["reason"] ?? "").replacing("\r\n", with: "\n")
        }
    }

    init(
        _ contact: DirectoryContact, _ consent: Consent, _ entries: Page<ConsentEntry>, people: [String: String], draft: Draft,
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let (title, times) = (contact.contact.title, workspace.frame.times)
        let address = "\(workspace.base)/contacts/\(contact.id)"
        let own: [String: any Sendable] = [
            "contactAddress": address, "contactName": title, "consentAddress": "\(address)/consent", "consentWord": consent.words,
            "consentTone": consent.tone, "consentMeaning": consent.meaning, "consentSince": (consent.changedAt.map(times.full)).orFalse,
            "notesConsent": workspace.grants.contains(.contactsEdit),
            "consentChoices": ConsentChange.allCases.map { change in
                ChoiceView(
                    value: change.rawValue, label: "\(title) \(change.words)", isSelected: (draft.change ?? .optOut) == change)
            },
            "reasonValue": draft.reason, "reasonError": (draft.problem?.detail).orFalse, "reasonLimit": ConsentEntry.textLimit.grouped,
            "hasConsentEntries": !entries.data.isEmpty, "consentEntries": entries.data.map { EntryView($0, people, times) },
            "consentMore": (entries.next.map { "\(address)/consent?after=\($0)" }).orFalse,
        ]
        names = own.with(workspace.names(title: "Consent", place: .contacts, notice: notice))
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ entry: ConsentEntry, _ people: [String: String], _ times: PageTimes) {
            let change =
                switch entry.change {
                case .optIn: "Opted in"
                case .optOut: "Opted out of marketing"
                case .stopAll: "Stopped everything"
                }
            let noted: String? =
                entry.source == .person || entry.source == .file
                ? people[entry.actor] ?? (entry.actor.hasPrefix("key:") ? "A program" : "Somebody who left") : nil
            names = [
                "entryChange": change, "entrySource": entry.source.words, "entryText": entry.text.isEmpty ? false : entry.text,
                "entryWho": noted.orFalse, "entryTime": times.full(entry.at), "entryTimestamp": times.timestamp(entry.at),
                "entryChangedNothing": !entry.isApplied,
            ]
        }
    }
}

/// A file of opt-ins, and what became of its lines. Template `consent-file`.
struct ConsentFileView: RenderedView {
    static let template = "consent-file"
    /// Refused lines that are shown; the API gives all of them.
    private static let refusedLimit = 200
    let names: [String: any Sendable]

    init(_ imported: ConsentService.Imported?, problem: (any Problem)?, in workspace: WorkspaceFrame) {
        let refused = imported?.refusals ?? []
        let own: [String: any Sendable] = [
            "contactTabs": ContactTab.imports.links(in: workspace), "consentFileAddress": "\(workspace.base)/contacts/consent",
            "consentFileLimit": "\(ConsentFile.lineLimit.grouped) lines", "fileError": (problem?.detail).orFalse,
            "regionChoices": CountryNames.choices("The numbers have country codes", chosen: nil),
            "consentOutcome": imported.map(Self.outcome).orFalse, "hasRefused": !refused.isEmpty,
            "refusedMore": refused.count > Self.refusedLimit
                ? "And \((refused.count - Self.refusedLimit).grouped) more." : false,
            "refusedLines": refused.prefix(Self.refusedLimit).map { RefusedView(line: $0.line, reason: $0.detail) },
        ]
        names = own.with(workspace.names(title: "Import opt-ins", place: .contacts))
    }

    private static func outcome(_ imported: ConsentService.Imported) -> String {
        [
            imported.applied == 1
                ? "One person has opted in by this file." : "\(imported.applied.grouped) people have opted in by this file.",
            imported.known == 0 ? nil : "\(imported.known.grouped) had already.",
            imported.refusals.isEmpty
                ? nil
                : imported.refusals.count == 1
                    ? "One line wasn\u{2019}t taken." : "\(imported.refusals.count.grouped) lines weren\u{2019}t taken.",
        ].compactMap(\.self).joined(separator: " ")
    }

    struct RefusedView: View {
        let names: [String: any Sendable]

        init(line: Int, reason: String) { names = ["refusedLine": line.grouped, "refusedReason": reason] }
    }
}
