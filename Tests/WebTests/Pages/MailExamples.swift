import Domain

@testable import Web

/// The settings of e-mail: none yet, and set by somebody who tries what a field takes.
enum MailExamples {
    static let none = MailView(
        .init(), isSet: false, hasPassword: false, fault: nil, problem: nil, email: "ana@acme.example", notice: nil,
        in: PageExamples.workspace(.dark))

    static let set = MailView(
        draft, isSet: true, hasPassword: true, fault: MailFault(reason: "<i>550", at: PageExamples.now), problem: .hostMalformed,
        email: "ana@acme.example", notice: PageNotice("Saved."), in: PageExamples.workspace())

    private static var draft: MailView.Draft {
        var draft = MailView.Draft()
        (draft.host, draft.user, draft.sender) = ("<i>host", "<i>user", "support@acme.example")
        return draft
    }
}
