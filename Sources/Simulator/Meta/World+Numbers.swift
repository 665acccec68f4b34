internal import Foundation
internal import OrderedCollections

/// Phone numbers and accounts as nodes, and the life of a number. (Meta, "Phone numbers", read 2026-11.)
extension World {
    private static let numberDefaults: Set<String> = [
        "verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput",
        "webhook_configuration",
    ]
    /// Calls of register and deregister in 72 hours.
    private static let registrationLimit = 10

    func describe(_ number: BusinessNumber, _ call: GraphCall) throws(GraphError) -> JSON {
        let callback = accounts[number.account]?.subscriptions.keys.sorted().compactMap { apps[$0]?.callbackURL }.first
        let accountOverride = accounts[number.account]?.subscriptions.values.compactMap(\.self).first?.url
        let sendable: JSON = number.isRegistered ? "AVAILABLE" : "BLOCKED"
        let registered = number.platform == "CLOUD_API"
        let node: JSON = [
            "verified_name": .string(number.verifiedName), "code_verification_status": .string(number.verification),
            "display_phone_number": .string(number.displayNumber), "quality_rating": .string(number.quality),
            "platform_type": .string(number.platform),
            "throughput": ["level": .string(registered ? number.throughputLevel : "NOT_APPLICABLE")],
            "webhook_configuration": .fields(
                ("application", callback.map { .string($0) }), ("whatsapp_business_account", accountOverride.map { .string($0) }),
                ("phone_number", number.override.map { .string($0.url) })),
            "quality_score": ["score": .string(number.quality)], "status": .string(number.status),
            "name_status": .string(number.nameStatus),
            "new_name_status": .string(number.newNameStatus), "account_mode": "LIVE",
            "whatsapp_business_manager_messaging_limit": .string(number.tier),
            "messaging_limit_tier": .string(number.tier), "is_official_business_account": false, "is_pin_enabled": .bool(number.pin != nil),
            "is_preverified_number": false, "is_on_biz_app": false, "last_onboarded_time": .string(Self.timestamp(number.onboardedAt)),
            "country_dial_code": .string(PhoneDigits.country(number.digits)?.prefix ?? ""),
            "health_status": [
                "can_send_message": sendable,
                "entities": [["entity_type": "PHONE_NUMBER", "id": .string(number.id), "can_send_message": sendable]],
            ], "id": .string(number.id),
        ]
        return Fields(call).select(node, always: ["id"], usual: Self.numberDefaults)
    }

    func describe(account id: String, _ call: GraphCall) throws(GraphError) -> JSON {
        guard let account = accounts[id] else { throw .unknown(id, call.method) }
        let node: JSON = [
            "id": .string(id), "name": .string(account.name), "currency": "USD", "country": "US", "timezone_id": "1", "status": "ACTIVE",
            "account_review_status": "APPROVED", "business_verification_status": "verified", "ownership_type": "SELF",
            "message_template_namespace": .string("ns_" + id), "primary_business_location": "US",
            "owner_business_info": ["id": .string(account.portfolio), "name": .string(account.name)], "is_enabled_for_insights": true,
            "marketing_messages_lite_api_status": "ONBOARDED",
            "health_status": [
                "can_send_message": "AVAILABLE", "entities": [["entity_type": "WABA", "id": .string(id), "can_send_message": "AVAILABLE"]],
            ],
        ]
        return Fields(call).select(node, always: ["id"], usual: ["id", "name", "timezone_id", "message_template_namespace"])
    }

    mutating func createNumber(_ call: GraphCall, account: String) throws(GraphError) -> JSON {
        guard let code = call.text("cc") ?? call.text("country_code") else { throw .missing("cc") }
        guard let rest = call.text("phone_number") else { throw .missing("phone_number") }
        guard let name = call.text("verified_name") else { throw .missing("verified_name") }
        guard (2...75).contains(name.count) else { throw .parameter("verified_name must have 2 to 75 characters.") }
        guard let digits = PhoneDigits.parse(code + rest) else { throw .parameter("The phone number isn't valid.") }
        guard !numbers.values.contains(where: { $0.digits == digits }) else {
            throw .template(2_388_012, "Number in use", "The phone number is already part of a business account.")
        }
        var number = addNumber(id: ids.object(), account: account, digits: digits, verifiedName: name)
        number.status = "PENDING"
        number.verification = "NOT_VERIFIED"
        number.platform = "NOT_APPLICABLE"
        numbers[number.id] = number
        return ["id": .string(number.id)]
    }

    /// A new PIN or display name; addresses of webhooks go another way, because they are tried out first.
    mutating func change(_ number: BusinessNumber, _ call: GraphCall) throws(GraphError) -> JSON {
        if let pin = call.text("pin") {
            try Self.checkPIN(pin)
            numbers[number.id]?.pin = pin
            notify(
                account: number.account, field: "security",
                value: ["display_phone_number": .string(number.digits), "event": "PIN_CHANGED"],
                subject: number.id)
            return ["success": true]
        }
        if let name = call.text("new_display_name") {
            guard (2...75).contains(name.unicodeScalars.count) else {
                throw .parameter("Param new_display_name must have 2 to 75 characters.")
            }
            numbers[number.id]?.newName = name
            numbers[number.id]?.newNameStatus = "PENDING_REVIEW"
            if settings.review != .pending {
                effects.append(.after(milliseconds: settings.reviewDelay, .reviewName(number: number.id)))
            }
            return ["success": true]
        }
        throw .parameter("Nothing that can be changed was given.")
    }

    /// The outcome of a name's review, by the switch as it stands now.
    mutating func reviewName(of id: String) {
        guard settings.review != .pending else { return }
        decideName(of: id, isApproved: settings.review == .approve)
    }

    /// Ends the review of a name and tells the apps. An approved one holds from the next registration on.
    mutating func decideName(of id: String, isApproved: Bool) {
        guard let number = numbers[id], let name = number.newName, number.newNameStatus == "PENDING_REVIEW" else { return }
        numbers[id]?.newNameStatus = isApproved ? "APPROVED" : "DECLINED"
        notify(
            account: number.account, field: "phone_number_name_update",
            value: [
                "display_phone_number": .string(number.digits), "decision": isApproved ? "APPROVED" : "REJECTED",
                "requested_verified_name": .string(name),
                "rejection_reason": isApproved ? .null : "The name doesn't show which business it is.",
            ], subject: id)
    }

    mutating func requestCode(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let method = call.text("code_method") else { throw .missing("code_method") }
        guard ["SMS", "VOICE"].contains(method.uppercased()) else { throw .parameter("code_method must be SMS or VOICE.") }
        guard call.text("language") != nil else { throw .missing("language") }
        guard number.verification != "VERIFIED" else {
            throw GraphError(136024, "Verification code not sent", details: "The number is verified already.")
        }
        numbers[number.id]?.requestedCode = Self.verificationCode
        return ["success": true]
    }

    /// The code that every number gets, because no SMS arrives anywhere.
    static let verificationCode = "123456"

    mutating func verifyCode(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let code = call.text("code") else { throw .missing("code") }
        guard let requested = number.requestedCode, requested == code else {
            throw GraphError(136025, "Verification code wrong", details: "The code isn't the one that was sent last.")
        }
        numbers[number.id]?.requestedCode = nil
        numbers[number.id]?.verification = "VERIFIED"
        return ["success": true]
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
        guard number.pin == nil || number.pin == pin else {
            throw GraphError(133005, "Two step verification PIN mismatch", details: "The PIN isn't the one that was set.")
        }
        numbers[number.id]?.pin = pin
        numbers[number.id]?.status = "CONNECTED"
        numbers[number.id]?.platform = "CLOUD_API"
        if let name = number.newName, number.newNameStatus == "APPROVED" {
            numbers[number.id]?.verifiedName = name
            numbers[number.id]?.newName = nil
            numbers[number.id]?.newNameStatus = "NONE"
        }
        return ["success": true]
    }

    mutating func deregister(_ number: BusinessNumber) throws(GraphError) -> JSON {
        try countRegistration(number)
        guard number.isRegistered else { throw GraphError(133010, "Phone number not registered") }
        numbers[number.id]?.status = "DISCONNECTED"
        numbers[number.id]?.platform = "NOT_APPLICABLE"
        return ["success": true]
    }

    private mutating func countRegistration(_ number: BusinessNumber) throws(GraphError) {
        let recent = number.registrations.filter { $0 > now - 72 * 60 * 60 * 1_000 }
        guard recent.count < Self.registrationLimit else {
            throw GraphError(
                133016, "Account register/deregister rate limit exceeded", details: "At most \(Self.registrationLimit) calls in 72 hours.")
        }
        numbers[number.id]?.registrations = recent + [now]
    }

    private static func checkPIN(_ pin: String) throws(GraphError) {
        guard pin.utf8.count == 6, pin.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .parameter("Param pin must be 6 digits.")
        }
    }

    /// `2026-01-02T03:04:05+0000`.
    static func timestamp(_ milliseconds: Int) -> String {
        let text = Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601)
        return text.hasSuffix("Z") ? text.dropLast() + "+0000" : text
    }
}
