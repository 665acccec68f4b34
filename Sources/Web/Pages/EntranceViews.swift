internal import Domain
internal import Foundation

/// One field of a form, with its own error. Template `field`.
struct FieldView: View {
    let names: [String: any Sendable]

    /// - Parameter shortest: characters that the browser asks for before it sends the form: a password that the server refuses has to be written anew.
    init(
        _ name: String, label: String, help: String, value: String = "", hint: String? = nil, error: String? = nil, type: String = "text",
        autocomplete: String = "off", isRequired: Bool = true, shortest: Int? = nil
    ) {
        names = [
            "fieldName": name, "fieldLabel": label, "fieldHelp": help, "fieldValue": value, "fieldHint": hint.orFalse,
            "fieldError": error.orFalse,
            "fieldType": type, "fieldAutocomplete": autocomplete, "fieldIsRequired": isRequired,
            "fieldShortest": shortest.map { String($0) }.orFalse,
        ]
    }
}

/// Signing in. Template `sign-in`.
struct SignInView: RenderedView {
    static let template = "sign-in"
    let names: [String: any Sendable]

    /// - Parameter next: where to go then.
    init(email: String, next: String, notice: PageNotice?, frame: PageFrame) {
        names = frame.names(title: "Sign in").with(PageNotice.names(notice)).with([
            "email": email, "hasEmail": !email.isEmpty, "next": next,
        ])
    }
}

/// What a one-time link opens: making the first owner and workspace, or choosing a password. Template `set-up`.
struct SetUpView: RenderedView {
    static let template = "set-up"
    let names: [String: any Sendable]

    init(title: String, intro: String, action: String, fields: [FieldView], button: String, notice: PageNotice?, frame: PageFrame) {
        let own: [String: any Sendable] = ["action": action, "fields": fields, "intro": intro, "buttonLabel": button]
        names = own.with(frame.names(title: title)).with(PageNotice.names(notice))
    }
}

/// Something can't be done. Template `problem`.
struct ProblemView: RenderedView {
    static let template = "problem"
    let names: [String: any Sendable]

    init(title: String, detail: String, requestID: String?, back: (address: String, label: String)?, frame: PageFrame) {
        names = frame.names(title: title).with([
            "problemDetail": detail, "requestID": requestID.orFalse, "backAddress": (back?.address).orFalse, "backLabel": back?.label ?? "",
        ])
    }
}
