import Domain
import Foundation
import Services

@testable import Web

/// The profile of a number: full, refused, not fetched yet, and as somebody sees it who may only look.
enum ProfileExamples {
    static let full = view(
        SenderProfile(
            senderID: sender.id,
            profile: BusinessProfile(
                about: "Coffee by the harbour", description: "Roasted here since 1998.\nOpen every day.", address: "1 Harbour Street",
                category: "RESTAURANT", websites: ["https://coffee.example", "https://shop.coffee.example"], email: "hello@coffee.example",
                otherEmails: ["beans@coffee.example"], phones: [try! PhoneNumber(parsing: "+34600111222")]),
            name: DisplayName(
                text: "Harbour Street Coffee", standing: .approved, newStanding: .pendingReview, requested: "Harbour Coffee",
                requestedAt: now),
            picture: Identifier("med_00000000000000000000000001"), banner: Identifier("med_00000000000000000000000002"), fetchedAt: now),
        notice: PageNotice("Saved."))

    static let refused: ProfileView = {
        var form = ProfileView.Form(
            ProfileDraft(
                about: String(repeating: "a", count: 140), description: "<b>bold</b>", address: "", category: "MAGIC",
                websites: ["javascript:alert(1)", "b", "c"], emails: ["x"], phones: ["y"]), before: ProfileDraft(about: "Old"))
        form.problems =
            form.draft.check().problems + [.nameEmpty, .pictureNotSquare(.init(width: 4, height: 3)), .pictureTypeWrong(.banner)]
        form.name = "A"
        let profile = SenderProfile(
            senderID: sender.id, profile: BusinessProfile(about: "Old"),
            name: DisplayName(text: "شركة القهوة", standing: .declined, newStanding: .declined), fetchedAt: now.addingTimeInterval(-7_200),
            failure: .init("The logo couldn\u{2019}t be fetched.", at: now))
        return view(profile, form: form, theme: .dark)
    }()

    static let unfetched = view(SenderProfile(senderID: sender.id), theme: .dark)

    static let onlyLook = view(
        SenderProfile(
            senderID: sender.id, profile: BusinessProfile(about: "Coffee", category: "RETAIL"),
            name: DisplayName(newStanding: .expired), fetchedAt: now), grants: Role.agent.grants)

    static func view(
        _ profile: SenderProfile, form: ProfileView.Form? = nil, theme: PageFrame.Theme = .light, grants: Set<Grant> = Role.owner.grants,
        notice: PageNotice? = nil
    ) -> ProfileView {
        ProfileView(
            sender, profile, form ?? .init(profile.profile), notice: notice, in: PageExamples.workspace(theme, grants: grants))
    }

    private static let sender = PageExamples.senders[0]
    private static let now = PageExamples.now
}
