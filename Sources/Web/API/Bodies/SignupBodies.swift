internal import Domain
internal import Services

internal import struct Foundation.Date

/// A number on its way through Meta's window. No secret of it is ever shown.
struct SignupBody: Encodable {
    let id: Identifier<NumberSignup>
    let phoneNumber: PhoneNumber
    let displayName, name: String
    let step: NumberSignup.Step
    let isWorking, needsPIN: Bool
    let problem: TroubleBody?
    let questions: [NumberSignup.Question]
    let foundPhoneNumber: PhoneNumber?
    let replacesTokenOf: Identifier<Connection>?
    let codeMethod: VerificationMethod?
    let nextCodeInSeconds: Int?
    let price: Int
    let sender: Identifier<Sender>?
    let webhookAddress: String
    let createdAt, updatedAt, endsAt: Date

    struct TroubleBody: Encodable { let code, detail: String }

    init(_ signup: NumberSignup, now: Date) {
        (id, phoneNumber, displayName, name) = (signup.id, signup.phoneNumber, signup.displayName, signup.name)
        (step, isWorking, needsPIN) = (signup.step, signup.isBusy(at: now), signup.needsPIN)
        problem = signup.trouble.map { TroubleBody(code: $0.code, detail: $0.detail) }
        (questions, foundPhoneNumber) = (signup.step == .choice ? signup.questions : [], signup.found?.phoneNumber)
        (replacesTokenOf, codeMethod) = (signup.replacedConnectionID, signup.codeMethod)
        nextCodeInSeconds = signup.step == .code ? signup.codePause(at: now) : nil
        (price, sender, webhookAddress) = (signup.price.count, signup.senderID, signup.webhookAddress)
        (createdAt, updatedAt, endsAt) = (signup.createdAt, signup.updatedAt, signup.endsAt)
    }
}

extension SignupBody: APISchema {
    static let schemaName = "SignUp"

    static let schema = Schema.object(
        [
            "id": Schema.id(NumberSignup.self), "phoneNumber": Schema.text("E.164."),
            "displayName": Schema.text("What customers will see."), "name": Schema.text("Inner name."),
            "step": Schema.choice(
                NumberSignup.Step.self,
                "What comes next: Meta's window, looking up what it gave, a decision, the six-digit code, the registration, or nothing."),
            "isWorking": Schema.bool("Whether the program is at it."),
            "needsPIN": Schema.bool("Whether the number's own PIN is asked for."),
            "problem": Schema.object(
                ["code": Schema.text("Stable; clients may decide by it."), "detail": Schema.text("What went wrong last, and what helps.")]),
            "questions": Schema.list(Schema.choice(NumberSignup.Question.self, "What is to be decided.")),
            "foundPhoneNumber": Schema.text("The number that came of the window."),
            "replacesTokenOf": Schema.id(
                Connection.self, "The connection whose access token is replaced, for all of its numbers, when you go on."),
            "codeMethod": Schema.choice(VerificationMethod.self),
            "nextCodeInSeconds": Schema.integer("After which another code may be asked for."),
            "price": Schema.integer("Credits of a month, as agreed to."), "sender": Schema.id(Sender.self),
            "webhookAddress": Schema.text("Where Meta will send to."), "createdAt": Schema.instant(), "updatedAt": Schema.instant(),
            "endsAt": Schema.instant(),
        ], optional: ["problem", "foundPhoneNumber", "replacesTokenOf", "codeMethod", "nextCodeInSeconds", "sender"])

    static let example: JSONValue = [
        "id": "sgn_01jz3c4m5n6p7q8r9s0t1v2w3x", "phoneNumber": "+40721234567", "displayName": "Acme Coffee", "name": "Shop",
        "step": "window", "isWorking": false, "needsPIN": false, "questions": [], "price": 10,
        "webhookAddress": "https://chat.example.com/hooks/meta/cnn_01jz3c4m5n6p7q8r9s0t1v2w3x", "createdAt": "2026-11-20T08:00:00.000Z",
        "updatedAt": "2026-11-20T08:00:00.000Z", "endsAt": "2026-12-04T08:00:00.000Z",
    ]
}

/// What is posted to begin with a number.
struct NewSignupBody: Decodable {
    let phoneNumber, displayName: String
    let name: String?
    let price: Int
    let accepts: [ActivationBody.Accepted]

    var draft: NumberSignupService.Draft {
        get throws {
            NumberSignupService.Draft(
                phoneNumber: phoneNumber, displayName: displayName, name: name ?? "", price: price,
                accepts: try accepts.reduce(into: [:]) { $0[try TermsDocument(body: $1.document)] = $1.version })
        }
    }
}

extension NewSignupBody: APISchema {
    static let schemaName = "NewSignUp"
    static let schema = Schema.object(
        [
            "phoneNumber": Schema.text("E.164; spaces, dots, hyphens and brackets are dropped."),
            "displayName": Schema.text("What customers will see, 2 to 75 characters."),
            "name": Schema.text("Inner name; the display name when it is absent."),
            "price": Schema.integer("Credits of a month that may be spent once the number is connected, as the prices say."),
            "accepts": Schema.list(
                Schema.object(
                    ["document": Schema.choice(TermsDocument.self), "version": Schema.text("The version that was read.")], isRequest: true)),
        ], optional: ["name"], isRequest: true)
    static let example: JSONValue = [
        "phoneNumber": "+40721234567", "displayName": "Acme Coffee", "price": 0, "accepts": [["document": "whatsapp", "version": "1"]],
    ]
}

/// What Meta's window gave the page.
struct WindowCodeBody: Decodable { let code: String }

extension WindowCodeBody: APISchema {
    static let schemaName = "WindowCode"
    static let schema = Schema.object(
        ["code": Schema.text("Of the login's answer; it holds for 30 seconds, once.")], isRequest: true)
    static let example: JSONValue = ["code": "AQBx…"]
}

/// What Meta's window told the page when it ended.
struct WindowEndBody: Decodable {
    let event: String
    let businessAccountId, phoneNumberId, currentStep, errorMessage: String?

    var end: SignupWindowEnd {
        get throws {
            try SignupWindowEnd(
                event: event, businessAccountID: businessAccountId, phoneNumberID: phoneNumberId, currentStep: currentStep,
                errorMessage: errorMessage)
        }
    }
}

extension WindowEndBody: APISchema {
    static let schemaName = "WindowEnd"
    static let schema = Schema.object(
        [
            "event": Schema.text("Of the session's message: FINISH, CANCEL and the like."), "businessAccountId": Schema.text("waba_id."),
            "phoneNumberId": Schema.text("phone_number_id."), "currentStep": Schema.text("current_step, where it was left."),
            "errorMessage": Schema.text("error_message."),
        ], optional: ["businessAccountId", "phoneNumberId", "currentStep", "errorMessage"], isRequest: true)
    static let example: JSONValue = ["event": "FINISH", "businessAccountId": "102290129340398", "phoneNumberId": "106540352242922"]
}

struct SignupDecisionBody: Decodable {
    let decision: NumberSignupService.Decision
    let foundPhoneNumber: PhoneNumber?
}

extension SignupDecisionBody: APISchema {
    static let schemaName = "SignUpDecision"
    static let schema = Schema.object(
        [
            "decision": Schema.choice(NumberSignupService.Decision.self, "With what was found, or with Meta's window anew."),
            "foundPhoneNumber": Schema.text(
                "As the sign-up has it: the decision is refused should another number have come meanwhile. Without it, whichever was found is meant."
            ),
        ], optional: ["foundPhoneNumber"], isRequest: true)
    static let example: JSONValue = ["decision": "go-on", "foundPhoneNumber": "+40721234567"]
}

struct CodeRequestBody: Decodable {
    let method: VerificationMethod
    let language: String?
}

extension CodeRequestBody: APISchema {
    static let schemaName = "CodeRequest"
    static let schema = Schema.object(
        [
            "method": Schema.choice(VerificationMethod.self, "By text message or by a call."),
            "language": Schema.text("Such as en_US, which is taken when it is absent."),
        ], optional: ["language"], isRequest: true)
    static let example: JSONValue = ["method": "sms", "language": "ro"]
}

struct VerificationBody: Decodable { let code: String }

extension VerificationBody: APISchema {
    static let schemaName = "Verification"
    static let schema = Schema.object(["code": Schema.text("Six digits; hyphens and blanks are dropped.")], isRequest: true)
    static let example: JSONValue = ["code": "123456"]
}

struct SignupPINBody: Decodable { let pin: String }

extension SignupPINBody: APISchema {
    static let schemaName = "SignUpPIN"
    static let schema = Schema.object(["pin": Schema.text("Six digits that the number has already. Never shown again.")], isRequest: true)
    static let example: JSONValue = ["pin": "824613"]
}
