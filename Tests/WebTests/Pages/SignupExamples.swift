import Domain
import Foundation
import Services

@testable import Web

/// Adding a number and connecting it, in the states that look different.
enum SignupExamples {
    private static let app = SignupApp(
        appID: "1029384756", appSecret: "hush", configurationID: "998877", scriptServer: "https://connect.facebook.net",
        graphVersion: "v26.0")

    static let ways = AddNumberView(isConfigured: true, isReachable: false, in: PageExamples.workspace())
    static let waysUnset = AddNumberView(isConfigured: false, isReachable: true, in: PageExamples.workspace(.dark))

    static let form = new("", problem: nil)
    static let refused = new("0721 234 567", problem: PhoneNumberProblem.plusMissing("0721 234 567"))
    static let ofSender = new(
        PageExamples.senders[0].phoneNumber.text,
        problem: NumberSignupProblem.isSender(PageExamples.senders[0].phoneNumber, PageExamples.senders[0].id, name: "Shop"))
    static let help = NumberHelpView(numberHelp("+40721234567"), base: "/app/acme/whatsapp")
    static let doubt = NumberHelpView(numberHelp("+1234567890"), base: "/app/acme/whatsapp")

    static let window = page(begun)
    static let cancelled = page(at(.window, NumberSignupProblem.windowCancelled(step: "PHONE_NUMBER_SETUP")), .dark)
    static let busy = page(
        changed(at(.account)) { $0.isWorking = true })
    static let account = page(at(.account, EmbeddedSignupProblem.addressRefused("timed out")))
    static let otherNumber = page(asking([.otherNumber], "+40721999888"))
    static let existingAccount = page(asking([.existingAccount], "+40721234567"))
    static let connectedAccount = page(asking([.existingAccount, .connectedAccount], "+40721234567"))
    static let code = page(at(.code))
    static let codeSent = page(
        changed(at(.code)) { ($0.codeMethod, $0.codeRequestedAt) = (.voice, PageExamples.now) }, .dark, typed: "12",
        problem: NumberSignupProblem.codeMalformed)
    static let pin = page(
        changed(at(.registration, EmbeddedSignupProblem.pinWrong)) { $0.needsPIN = true }, problem: NumberSignupProblem.pinMalformed)
    static let registration = page(at(.registration, EmbeddedSignupProblem.numberOnWhatsApp))
    static let done = page(changed(at(.done)) { $0.senderID = PageExamples.senders[0].id }, sender: PageExamples.senders[0])

    static let removed = page(
        changed(at(.done)) { $0.senderID = PageExamples.senders[0].id },
        sender: Sender(
            id: PageExamples.senders[0].id, workspaceID: begun.workspaceID, connectionID: begun.connectionID, channel: .meta, name: "Shop",
            displayName: nil, phoneNumber: begun.phoneNumber, providerID: "1", quality: nil, messagingLimit: nil, readReceipts: .onOpen,
            createdAt: PageExamples.now, removedAt: PageExamples.now))

    static let begun = try! NumberSignup(
        id: Identifier("sgn_01k00000000000000000000001"), workspaceID: Identifier("wsp_01k00000000000000000000001"),
        actor: "member:acc_01k00000000000000000000001", clientAddress: nil, terms: [], price: .zero,
        phoneNumber: PhoneNumber(parsing: "+40721234567"), name: "Coffee <b>", displayName: "Acme Coffee",
        server: "https://chat.example.com", connectionID: Identifier("cnn_01k00000000000000000000001"), createdAt: PageExamples.now)

    static func at(_ step: NumberSignup.Step, _ problem: (any Problem)? = nil) -> NumberSignup {
        changed(begun) { ($0.step, $0.trouble) = (step, problem.map { SignupTrouble($0) }) }
    }

    private static func changed(_ signup: NumberSignup, _ change: (inout NumberSignup) -> Void) -> NumberSignup {
        var signup = signup
        change(&signup)
        return signup
    }

    private static func asking(_ questions: [NumberSignup.Question], _ number: String) -> NumberSignup {
        changed(at(.choice)) { signup in
            signup.questions = questions
            signup.found = FoundNumber(businessAccountID: "1", id: "2", phoneNumber: try! PhoneNumber(parsing: number))
        }
    }

    private static func page(
        _ signup: NumberSignup, _ theme: PageFrame.Theme = .light, sender: Sender? = nil, typed: String = "", problem: (any Problem)? = nil
    ) -> SignupView {
        SignupView(
            signup, app: app, sender: sender, language: "ro", isReachable: false, typed: typed, problem: problem, now: PageExamples.now,
            in: PageExamples.workspace(theme))
    }

    private static func numberHelp(_ typed: String) -> NumberHelp {
        NumberHelp(typed, senders: PageExamples.senders, regions: ["RO"], begun: [])
    }

    private static func new(_ number: String, problem: (any Problem)?) -> NewSignupView {
        NewSignupView(
            .init(phoneNumber: number, displayName: "Acme", name: "", agreed: [.whatsApp]),
            .init(terms: [Terms.standardWhatsApp].compactMap(\.self), price: Credits(10), balance: Credits(4)), help: numberHelp(number),
            problem: problem, in: PageExamples.workspace())
    }
}
