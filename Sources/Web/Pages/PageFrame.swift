internal import Domain
internal import Foundation

/// What every page knows: how it looks, in which zone its times are, and the token of its forms.
struct PageFrame: Sendable {
    enum Theme: String, Sendable, CaseIterable { case light, dark, system }

    let theme: Theme
    let times: PageTimes
    let csrfToken: String

    init(theme: Theme, times: PageTimes, csrfToken: String) {
        (self.theme, self.times, self.csrfToken) = (theme, times, csrfToken)
    }

    func names(title: String) -> [String: any Sendable] {
        [
            "assets": EmbeddedAssets.all.address, "theme": theme.rawValue, "zone": times.zone.identifier, "csrf": csrfToken,
            "title": title.withoutTurns,
        ]
    }
}

/// The frame of a page inside a workspace: who is signed in, what they may do, and where on the rail they are.
struct WorkspaceFrame: Sendable {
    enum Place: Sendable { case inbox, contacts, campaigns, senders, templates, notifications, settings }

    let frame: PageFrame
    let slug: String
    let workspaceName: String
    let accountID: Identifier<Account>
    let accountName: String
    let grants: Set<Grant>
    /// Nothing is sent until somebody says go.
    let isHalted: Bool
    let availability: Availability

    init(
        frame: PageFrame, slug: String, workspaceName: String, accountID: Identifier<Account>,
        accountName: String, grants: Set<Grant>,
        isHalted: Bool = false, availability: Availability = .available
    ) {
        (self.isHalted, self.availability) = (isHalted, availability)
        (self.frame, self.slug, self.workspaceName) = (frame, slug, workspaceName)
        (self.accountID, self.accountName, self.grants) = (accountID, accountName, grants)
    }

    /// `/app/acme`
    var base: String { "/app/\(slug)" }

    func names(title: String, place: Place, notice: PageNotice? = nil) -> [String: any Sendable] {
        let own: [String: any Sendable] = [
            "base": base, "workspaceName": workspaceName, "accountID": accountID.text, "accountName": accountName,
            "accountInitials": Initials.of(accountName),
            "accountHue": Initials.hue(of: accountName), "inInbox": place == .inbox, "inSenders": place == .senders,
            "inTemplates": place == .templates, "inCampaigns": place == .campaigns, "viewsCampaigns": grants.contains(.campaignsView),
            "viewsTemplates": grants.contains(.templatesView),
            "inContacts": place == .contacts, "viewsContacts": grants.contains(.contactsView), "inSettings": place == .settings,
            "inNotifications": place == .notifications, "managesKeys": grants.contains(.keysManage),
            "managesMembers": grants.contains(.membersManage), "managesLabels": grants.contains(.labelsManage),
            "managesQuickReplies": grants.contains(.quickRepliesManage), "managesSettings": grants.contains(.settingsManage),
            "exportsConversations": grants.contains(.conversationsExport), "managesSenders": grants.contains(.sendersManage),
            "managesConnections": grants.contains(.connectionsManage), "showsHalt": isHalted && grants.contains(.settingsManage),
            "isAway": availability == .away,
        ]
        return own.with(frame.names(title: title)).with(PageNotice.names(notice))
    }
}

/// A sentence at the top of a page: what was just done, or why it wasn't.
struct PageNotice: Sendable, Equatable {
    enum Tone: String, Sendable { case ok, warn, danger }

    let text: String
    let tone: Tone

    init(_ text: String, tone: Tone = .ok) { (self.text, self.tone) = (text, tone) }

    static func names(_ notice: PageNotice?) -> [String: any Sendable] {
        let icon = notice?.tone == .ok ? "check" : "circle-alert"
        return ["notice": (notice?.text).orFalse, "noticeTone": notice?.tone.rawValue ?? "", "noticeIcon": icon]
    }
}

/// What stands in the circle beside a name.
enum Initials {
    static func of(_ name: String) -> String {
        let words = name.split(whereSeparator: \.isWhitespace).filter { $0.contains(where: \.isLetter) }
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first(where: \.isLetter) }
        if !letters.isEmpty { return String(letters) }
        // A bare number: its last two digits tell two of them apart.
        let digits = name.filter(\.isNumber).suffix(2)
        return digits.isEmpty ? "?" : String(digits)
    }

    /// One of five colours, the same for the same text always.
    static func hue(of text: String) -> String {
        String(text.utf8.reduce(UInt32(5_381)) { ($0 << 5) &+ $0 &+ UInt32($1) } % 5)
    }
}
