internal import Foundation
internal import OrderedCollections

/// Phone numbers and accounts as nodes. (Meta, "Phone numbers", read 2026-11.)
extension World {
    private static let numberDefaults: Set<String> = [
        "verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput",
        "webhook_configuration",
    ]

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

    /// `2026-01-02T03:04:05+0000`.
    static func timestamp(_ milliseconds: Int) -> String {
        let text = Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601)
        return text.hasSuffix("Z") ? text.dropLast() + "+0000" : text
    }
}
