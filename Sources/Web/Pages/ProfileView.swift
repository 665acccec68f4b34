internal import Domain

/// The profile of a number: the forms, and beside them what customers see. Template `profile`.
struct ProfileView: RenderedView {
    static let template = "profile"
    let names: [String: any Sendable]

    /// What the forms hold.
    struct Form: Sendable {
        let draft: ProfileDraft
        /// What the form showed when somebody began to write: only what differs from it is written.
        let before: ProfileDraft
        /// Another display name.
        var name = ""
        var problems: [ProfileProblem] = []

        init(_ draft: ProfileDraft, before: ProfileDraft) { (self.draft, self.before) = (draft, before) }

        /// As the profile is.
        init(_ profile: BusinessProfile) { self.init(ProfileDraft(profile), before: ProfileDraft(profile)) }

        func error(_ field: ProfileField) -> String? { problems.first { $0.about == field }?.detail }
    }

    init(_ sender: Sender, _ profile: SenderProfile, _ form: Form, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)/profile"
        let (draft, completeness) = (form.draft, profile.completeness)
        let name = profile.name.text ?? sender.displayName
        let own: [String: any Sendable] = [
            "profileSenderNumber": sender.phoneNumber.display, "profileAddress": address,
            "isFetched": profile.fetchedAt != nil,
            "profileFetched": profile.fetchedAt.map { "Last fetched \(times.dayAndTime($0))" }.orFalse,
            "profileFetchedTitle": profile.fetchedAt.map { times.full($0) } ?? "",
            "profileFetchedAt": profile.fetchedAt.map { times.timestamp($0) } ?? "",
            "profileFailure": profile.failure.map { "\($0.detail) This was \(times.dayAndTime($0.at))." }.orFalse,
            "profileParts": Self.parts(form),
            "displayNameNow": name.orFalse, "displayNameStanding": SenderWords.standing(profile.name.standing).orFalse,
            "displayNameTone": profile.name.standing == .declined ? "danger" : profile.name.standing == .approved ? "ok" : "",
            "displayNameNews": Self.news(profile.name).orFalse, "displayNameValue": form.name,
            "displayNameError": form.error(.displayName).orFalse, "displayNameIsOpen": form.error(.displayName) != nil,
            "displayNameLimit": String(DisplayName.length.upperBound),
            "completenessFilled": String(completeness.filled), "completenessTotal": String(completeness.total),
            "completenessIsFull": completeness.missing.isEmpty, "completenessMissing": completeness.missing.map { MissingView($0) },
            "hasPicture": profile.picture != nil, "hasBanner": profile.banner != nil, "pictureError": form.error(.picture).orFalse,
            "bannerError": form.error(.banner).orFalse, "pictureShortest": String(ProfilePicture.shortestSide),
            "previewName": name ?? sender.phoneNumber.display, "previewInitials": Initials.of(name ?? sender.name),
            "previewHue": Initials.hue(of: sender.id.text), "previewCategory": Self.category(draft.category).orFalse,
            "previewAbout": Self.shown(draft.about), "previewDescription": Self.shown(draft.description),
            "previewPlace": Self.shown(draft.address), "previewEmail": Self.shown(draft.emails?.first),
            "previewSites": (0..<BusinessProfile.websiteCount).map { index in
                SiteView(index, draft.websites.flatMap { $0.indices.contains(index) ? $0[index] : nil })
            },
        ]
        names = own.with(SenderTabs(sender, .profile, in: workspace).names).with(
            workspace.names(title: "Profile of \(sender.name)", place: .senders, notice: notice))
    }

    /// What there is, without the blanks around it; false for nothing.
    private static func shown(_ text: String?) -> any Sendable { text.flatMap { $0.isBlank ? nil : $0.trimmed }.orFalse }

    private static func category(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text != BusinessCategory.undefined.rawValue else { return nil }
        return BusinessCategory(rawValue: text)?.words ?? text
    }

    private static func parts(_ form: Form) -> [PartView] {
        let (draft, before) = (form.draft, form.before)
        func rows(_ rows: [String]?) -> String { (rows ?? []).joined(separator: "\n") }
        // Of two websites the one that is wrong.
        let wrongSite: Int =
            if case .websiteMalformed(let text)? = form.problems.first(where: { $0.about == .websites }) {
                draft.websites?.firstIndex { $0.trimmed == text } ?? 0
            } else {
                0
            }
        func row(_ index: Int, _ rows: [String]?) -> String { rows.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? "" }
        let websites = (0..<max(BusinessProfile.websiteCount, draft.websites?.count ?? 0)).map { index in
            PartView(
                "website", id: "website-\(index + 1)", label: index == 0 ? "Website" : "Another website",
                help: "With https:// in front.", value: row(index, draft.websites), was: row(index, before.websites),
                limit: BusinessProfile.websiteLimit, error: index == wrongSite ? form.error(.websites) : nil)
        }
        return [
            PartView(
                "about", label: "About", help: "One line under the name.", value: draft.about ?? "", was: before.about ?? "",
                limit: BusinessProfile.aboutLimit,
                error: form.error(.about)),
            PartView(category: draft.category ?? "", was: before.category ?? "", error: form.error(.category)),
            PartView(
                "description", label: "Description", help: "What the business does, for whom.", value: draft.description ?? "",
                was: before.description ?? "", rows: 4,
                limit: BusinessProfile.descriptionLimit, error: form.error(.description)),
            PartView(
                "address", label: "Address", help: "Where customers find it.", value: draft.address ?? "", was: before.address ?? "",
                rows: 2,
                limit: BusinessProfile.addressLimit, error: form.error(.address)),
        ] + websites + [
            PartView(
                "emails", label: "E-mail addresses", help: "One to a line. Customers see the first; the others stay here.",
                value: rows(draft.emails), was: rows(before.emails), rows: 2, error: form.error(.emails)),
            PartView(
                "phones", label: "Telephone numbers", help: "One to a line, with the country, such as +34 600 111 222. They stay here.",
                value: rows(Self.readable(draft.phones)), was: rows(Self.readable(before.phones)), rows: 2, error: form.error(.phones)),
        ]
    }

    /// Numbers in the groups of their country, and what isn't one as it was typed.
    private static func readable(_ phones: [String]?) -> [String]? {
        phones?.map { row in (try? PhoneNumber(parsing: row))?.display ?? row }
    }

    /// How it stands with another name that was asked for.
    private static func news(_ name: DisplayName) -> NewsView? {
        switch name.newStanding {
        case .pendingReview:
            NewsView(name, before: "WhatsApp is reviewing", after: "This can take a few days.", "another name", tone: "info")
        case .approved, .availableWithoutReview:
            NewsView(
                name, before: "WhatsApp approved", after: "Customers see it once the number is registered again at Meta.",
                "another name", tone: "ok")
        case .declined:
            NewsView(
                name, before: "WhatsApp declined",
                after: "A name has to show which business it is, as its website does. Ask for another, or appeal at Meta.",
                "the other name", tone: "danger")
        case .expired:
            NewsView(name, before: "The approval has run out of", after: "Ask for it again.", "another name", tone: "warn")
        case .nothing, nil: nil
        }
    }

    struct NewsView: View {
        let names: [String: any Sendable]

        /// - Parameter unnamed: stands for a name that was asked for elsewhere.
        init(_ name: DisplayName, before: String, after: String, _ unnamed: String, tone: String) {
            names = [
                "newsBefore": before, "newsName": name.requested.orFalse, "newsUnnamed": unnamed, "newsAfter": after, "newsTone": tone,
            ]
        }
    }

    /// One field of the form.
    struct PartView: View {
        let names: [String: any Sendable]

        /// - Parameters:
        ///   - was: what stood there when somebody began to write.
        ///   - rows: nil for a single line.
        init(
            _ name: String, id: String? = nil, label: String, help: String, value: String, was: String, rows: Int? = nil,
            limit: Int? = nil, error: String?
        ) {
            names = [
                "partName": name, "partID": id ?? name, "partLabel": label, "partHelp": help, "partValue": value, "partWas": was,
                "partIsLine": rows == nil, "partIsArea": rows != nil, "partRows": String(rows ?? 1), "partIsChoice": false,
                "partChoices": [ChoiceView](), "partLimit": limit.map { String($0) }.orFalse, "partError": error.orFalse,
            ]
        }

        init(category: String, was: String, error: String?) {
            let known = BusinessCategory.allCases.filter { $0 != .undefined }.sorted { $0.words < $1.words }
            let chosen = category.isEmpty ? BusinessCategory.undefined.rawValue : category
            // One of Meta's that is newer than this program stays what it is.
            let foreign = BusinessCategory(rawValue: chosen) == nil ? [ChoiceView(value: chosen, label: chosen, isSelected: true)] : []
            let all = [BusinessCategory.undefined] + known
            names = [
                "partName": "category", "partID": "category", "partLabel": "Category", "partHelp": "What kind of business it is.",
                "partValue": "", "partWas": was, "partIsLine": false, "partIsArea": false, "partRows": "1", "partIsChoice": true,
                "partChoices": foreign
                    + all.map { ChoiceView(value: $0.rawValue, label: $0.words, isSelected: $0.rawValue == chosen) },
                "partLimit": false, "partError": error.orFalse,
            ]
        }
    }

    struct MissingView: View {
        let names: [String: any Sendable]

        init(_ part: ProfileCompleteness.Part) {
            let (id, words) =
                switch part {
                case .picture: ("logo", "a logo")
                case .about: ("about", "an about text")
                case .description: ("description", "a description")
                case .address: ("address", "an address")
                case .category: ("category", "a category")
                case .website: ("website-1", "a website")
                case .email: ("emails", "an e-mail address")
                }
            names = ["missingID": id, "missingWords": words]
        }
    }

    struct SiteView: View {
        let names: [String: any Sendable]

        init(_ index: Int, _ text: String?) {
            names = ["siteID": "website-\(index + 1)", "siteText": ProfileView.shown(text)]
        }
    }
}
