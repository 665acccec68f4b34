internal import OrderedCollections

/// The life of a number: added, verified by a code, registered with a PIN, signed off, deleted. (Meta, "Phone numbers", read 2026-11; the limits on
/// codes and PINs are ours, since the platform doesn't tell its own.)
extension World {
    private static let hour = 60 * 60 * 1_000
    /// Calls of register and deregister in 72 hours.
    private static let registrationLimit = 10
    /// Codes to one number in four hours, and how long one holds.
    private static let codeLimit = 5
    private static let codeLife = 10 * 60 * 1_000
    /// Wrong PINs in twelve hours, and in twenty seconds.
    private static let wrongPINLimit = 5
    private static let hastyPINLimit = 3
    /// How long a number that was deleted can't be registered again.
    private static let deletionPause = 5 * 60 * 1_000

    mutating func createNumber(_ call: GraphCall, account: String) throws(GraphError) -> JSON {
        guard let code = call.text("cc") ?? call.text("country_code") else { throw .missing("cc") }
        guard let rest = call.text("phone_number") else { throw .missing("phone_number") }
        guard let name = call.text("verified_name") else { throw .missing("verified_name") }
        guard let digits = PhoneDigits.parse(code + rest) else { throw .parameter("The phone number isn't valid.") }
        return ["id": .string(try createNumber(digits: digits, verifiedName: name, account: account).id)]
    }

    mutating func createNumber(digits: String, verifiedName name: String, account: String) throws(GraphError) -> BusinessNumber {
        guard (2...75).contains(name.count) else { throw .parameter("verified_name must have 2 to 75 characters.") }
        guard !numbers.values.contains(where: { $0.digits == digits }) else {
            throw .template(2_388_012, "Number in use", "The phone number is already part of a business account.")
        }
        try checkFree(digits)
        var number = addNumber(id: ids.object(), account: account, digits: digits, verifiedName: name)
        number.status = "PENDING"
        number.verification = "NOT_VERIFIED"
        number.platform = "NOT_APPLICABLE"
        numbers[number.id] = number
        return number
    }

    /// A person's number can't be a business's too, as long as WhatsApp runs on their phone.
    private func checkFree(_ digits: String) throws(GraphError) {
        guard phone(withNumber: digits)?.reachable != true else {
            throw .template(2_388_012, "Number in use", "The phone number is registered with an existing WhatsApp account.")
        }
    }

    mutating func requestCode(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let text = call.text("code_method") else { throw .missing("code_method") }
        guard let method = SentCode.Method(rawValue: text.uppercased()) else { throw .parameter("code_method must be SMS or VOICE.") }
        guard let language = call.text("language") else { throw .missing("language") }
        try requestCode(of: number, by: method, language: language)
        return ["success": true]
    }

    mutating func requestCode(of number: BusinessNumber, by method: SentCode.Method, language: String) throws(GraphError) {
        guard number.verification != "VERIFIED" else { throw .parameter("The number is verified already.") }
        try checkFree(number.digits)
        let recent = number.codesSent.filter { $0 > now - 4 * Self.hour }
        guard recent.count < Self.codeLimit else {
            throw GraphError(136024, "Request code error", details: "Too many codes were asked for. Try again in some hours.")
        }
        let digits = ids.verificationCode()
        numbers[number.id]?.codesSent = recent + [now]
        numbers[number.id]?.requestedCode = (digits, now)
        remember(SentCode(id: ids.object(), number: number.id, method: method, language: language, digits: digits, at: now))
    }

    mutating func verifyCode(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let code = call.text("code") else { throw .missing("code") }
        try verify(number, with: code)
        return ["success": true]
    }

    mutating func verify(_ number: BusinessNumber, with code: String) throws(GraphError) {
        guard let requested = number.requestedCode, requested.digits == code else {
            throw GraphError(136025, "Verify code error", details: "The code isn't the one that was sent last.")
        }
        guard requested.at + Self.codeLife > now else {
            throw GraphError(136025, "Verify code error", details: "The code has expired.")
        }
        numbers[number.id]?.requestedCode = nil
        numbers[number.id]?.verification = "VERIFIED"
    }

    mutating func register(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard call.text("messaging_product") == "whatsapp" else { throw .missing("messaging_product") }
        guard let pin = call.text("pin") else { throw .missing("pin") }
        try Self.checkPIN(pin)
        try countRegistration(number)
        guard number.verification == "VERIFIED" else {
            throw GraphError(
                133006, "Phone number re-verification needed", details: "The number must be verified before it can be registered.")
        }
        if let deleted = deletedNumbers[number.digits], deleted + Self.deletionPause > now {
            throw GraphError(133015, "Please wait a few minutes before attempting to register this phone number")
        }
        try compare(pin, with: number)
        numbers[number.id]?.pin = pin
        numbers[number.id]?.status = "CONNECTED"
        numbers[number.id]?.platform = "CLOUD_API"
        if let name = number.newName, number.newNameStatus == "APPROVED" {
            numbers[number.id]?.verifiedName = name
            numbers[number.id]?.newName = nil
            numbers[number.id]?.newNameStatus = "NONE"
        }
        effects.append(.changed(phone: nil))
        return ["success": true]
    }

    /// Who guesses too often, or too fast, isn't told any more whether the PIN is right.
    private mutating func compare(_ pin: String, with number: BusinessNumber) throws(GraphError) {
        guard let wanted = number.pin else { return }
        let wrong = number.wrongPINs.filter { $0 > now - 12 * Self.hour }
        guard wrong.count < Self.wrongPINLimit else {
            throw GraphError(133008, "Too many two step verification PIN guesses", details: "Try again in twelve hours.")
        }
        guard wrong.filter({ $0 > now - 20 * 1_000 }).count < Self.hastyPINLimit else {
            throw GraphError(133009, "Two step verification PIN guessed too fast", details: "Try again in twenty seconds.")
        }
        guard wanted != pin else { return }
        numbers[number.id]?.wrongPINs = wrong + [now]
        throw GraphError(133005, "Two step verification PIN mismatch", details: "The PIN isn't the one that was set.")
    }

    mutating func deregister(_ number: BusinessNumber) throws(GraphError) -> JSON {
        try countRegistration(number)
        guard number.isRegistered else { throw GraphError(133010, "Phone number not registered") }
        numbers[number.id]?.status = "DISCONNECTED"
        numbers[number.id]?.platform = "NOT_APPLICABLE"
        effects.append(.changed(phone: nil))
        return ["success": true]
    }

    private mutating func countRegistration(_ number: BusinessNumber) throws(GraphError) {
        let recent = number.registrations.filter { $0 > now - 72 * Self.hour }
        guard recent.count < Self.registrationLimit else {
            throw GraphError(
                133016, "Account register/deregister rate limit exceeded", details: "At most \(Self.registrationLimit) calls in 72 hours.")
        }
        numbers[number.id]?.registrations = recent + [now]
    }

    static func checkPIN(_ pin: String) throws(GraphError) {
        guard pin.utf8.count == 6, pin.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .parameter("Param pin must be 6 digits.")
        }
    }

    /// What only the platform's own pages can do. Whether there was such a number.
    mutating func deleteNumber(_ id: String) -> Bool {
        guard let number = numbers.removeValue(forKey: id) else { return false }
        accounts[number.account]?.numbers.removeAll { $0 == id }
        deletedNumbers[number.digits] = now
        effects.append(.changed(phone: nil))
        return true
    }
}
