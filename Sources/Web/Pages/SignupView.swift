internal import Domain
internal import Foundation
internal import Services

/// Connecting a number through Meta's window, at the step that is due. Template `signup`.
struct SignupView: RenderedView {
    static let template = "signup"
    let names: [String: any Sendable]

    /// - Parameters:
    ///   - sender: what the number has become.
    ///   - language: of codes, as the browser prefers it.
    ///   - typed: a code that was refused.
    ///   - problem: why what was just sent didn't do.
    init(
        _ signup: NumberSignup, app: SignupApp, sender: Sender?, language: String, isReachable: Bool, typed: String,
        problem: (any Problem)?, now: Date, in workspace: WorkspaceFrame
    ) {
        let callingCode = PhoneNumbers.embedded.country(of: signup.phoneNumber).map { String($0.callingCode) } ?? ""
        let isBusy = signup.isBusy(at: now)
        let step = signup.step
        // Said beside the field, where that is drawn.
        let ofField =
            problem?.field == "code" && step == .code && signup.codeRequestedAt != nil
            || problem?.field == "pin" && step == .registration && signup.needsPIN
        // What led to a decision is no trouble any more.
        let trouble = problem?.detail ?? (step == .choice ? nil : signup.trouble?.detail)
        // Nothing but the sign-up is left of a number that was removed.
        let isRemoved = signup.senderID != nil && sender.map { $0.removedAt != nil } ?? true
        let (status, tone, icon) = sender.map { SenderWords.status($0.status) } ?? ("", "", "check")
        let own: [String: any Sendable] = [
            "signupAddress": "\(workspace.base)/whatsapp/sign-ups/\(signup.id.text)", "signupNumber": signup.phoneNumber.display,
            "callingCode": callingCode, "nationalDigits": String(signup.phoneNumber.digits.dropFirst(callingCode.count)),
            "signupDisplayName": signup.displayName, "signupName": signup.name,
            "steps": Self.steps(signup),
            // Where nothing of this changed there is nothing to draw anew.
            "signupMark":
                "\(step.rawValue) \(signup.round) \(isBusy) \(trouble ?? "") \(signup.codeRequestedAt?.milliseconds ?? 0) \(sender?.status.rawValue ?? "")",
            "isBusy": isBusy, "busyWords": Self.busyWords(signup),
            "signupTrouble": (isBusy || ofField ? nil : trouble).orFalse,
            "isUnreachable": !isReachable && step == .window,
        ]
        let window: [String: any Sendable] = [
            "atWindow": !isBusy && step == .window, "appID": app.appID, "configurationID": app.configurationID,
            "scriptServer": app.scriptServer, "graphVersion": app.graphVersion,
            "atAccount": !isBusy && step == .account,
            "atChoice": !isBusy && step == .choice, "isOtherNumber": signup.questions.contains(.otherNumber),
            "foundNumber": signup.found?.phoneNumber.display ?? "", "foundNumberText": signup.found?.phoneNumber.text ?? "",
            "replacedConnectionID": (signup.replacedConnectionID?.text).orFalse,
            "isExistingAccount": signup.questions.contains(.existingAccount),
        ]
        let code: [String: any Sendable] = [
            "atCode": !isBusy && step == .code, "isCodeSent": signup.codeRequestedAt != nil,
            "codeSentWords": signup.codeMethod == .voice
                ? "You will be called, and hear the code." : "A message with the code is on its way.",
            "typedCode": typed, "codeError": (problem?.field == "code" ? problem?.detail : nil).orFalse,
            "languages": CodeLanguage.all.map { LanguageView($0, isSelected: $0.code == language) },
            "chosenLanguage": signup.codeLanguage ?? language, "opensIn": String(signup.codePause(at: now)),
            "atPIN": !isBusy && step == .registration && signup.needsPIN,
            "pinError": (problem?.field == "pin" ? problem?.detail : nil).orFalse,
            "atRegistration": !isBusy && step == .registration && !signup.needsPIN && !isRemoved,
        ]
        let end: [String: any Sendable] = [
            "isDone": step == .done && !isRemoved, "isRemoved": isRemoved, "doneStatus": status, "doneTone": tone, "doneIcon": icon,
            "doneSenderID": sender?.id.text ?? "", "doneReason": (sender?.statusReason).orFalse,
            "doneAdvice": (sender?.reason?.advice).orFalse,
            "doneIsOnline": sender?.status == .online, "canEnd": isRemoved || step != .done && signup.senderID == nil,
            "canStartOver": [.account, .code, .registration].contains(step) && signup.senderID == nil && !isBusy,
        ]
        let frame = workspace.names(title: "Connect \(signup.phoneNumber.display)", place: .senders)
        names = own.with(window).with(code).with(end).with(frame)
    }

    private static func busyWords(_ signup: NumberSignup) -> String {
        switch signup.step {
        case .window: "Meta\u{2019}s answer is being taken in."
        case .account: "Your account and number are being looked up at Meta."
        default: "The number is being registered and connected. This takes some seconds."
        }
    }

    private static func steps(_ signup: NumberSignup) -> [StepView] {
        let place =
            switch signup.step {
            case .window, .account, .choice: 1
            case .code: 2
            case .registration: 3
            case .done: 4
            }
        return ["Number and name", "Meta\u{2019}s window", "Code", "Ready"].enumerated().map { StepView($1, index: $0, place: place) }
    }

    struct StepView: View {
        let names: [String: any Sendable]

        init(_ title: String, index: Int, place: Int) {
            names = [
                "stepTitle": title, "stepNumber": String(index + 1), "stepIsDone": index < place, "stepIsCurrent": index == place,
            ]
        }
    }

    struct LanguageView: View {
        let names: [String: any Sendable]

        init(_ language: CodeLanguage, isSelected: Bool) {
            names = ["languageCode": language.code, "languageName": language.name, "languageIsSelected": isSelected]
        }
    }
}
