internal import OrderedCollections

/// A customer's call to a business number.
struct CustomerCall: Sendable {
    enum State: String, Sendable { case ringing, rejected, ended }

    let phone: String
    let number: String
    /// Seconds since 1970.
    let begin: Int
    var state: State
}

/// Calls of customers, and what a business does with one that rings. (Meta, "User-initiated calls" and "Call settings", read 2026-11.)
extension World {
    /// Until nobody has answered, in seconds.
    private static let ringSeconds = 30

    /// A customer calls, and somebody answers for so many seconds, or nobody does. Returns the call's id. A number that takes no calls can't be
    /// called, and nobody is told.
    /// - Parameter rings: whether it rings for a while, and the business has time to reject it; otherwise it is over at once.
    mutating func call(_ numberID: String, from phoneID: String, seconds: Int?, rings: Bool = false) throws(PhoneProblem) -> String {
        let (phone, number, _) = try line(from: phoneID, to: numberID)
        guard number.takesCalls else { throw PhoneProblem(detail: "The business takes no calls.") }
        let id = ids.call()
        guard number.isRegistered, !number.blocked.contains(phone.address) else { return id }
        openWindow(numberID, phone.address, at: now, hasReferral: false)
        calls[id] = CustomerCall(phone: phoneID, number: numberID, begin: now / 1_000, state: .ringing)
        tell(
            of: id,
            [
                ("event", "connect"), ("timestamp", .string(String(now / 1_000))), ("session", ["sdp_type": "offer", "sdp": "v=0\r\n"]),
            ])
        if rings {
            effects.append(.after(milliseconds: Self.ringSeconds * 1_000, .hangUp(id)))
        } else {
            end(id, as: .ended, after: seconds ?? Self.ringSeconds, answered: seconds)
        }
        return id
    }

    /// Nobody has answered.
    mutating func hangUp(_ id: String) {
        guard calls[id]?.state == .ringing else { return }
        end(id, as: .ended, after: Self.ringSeconds, answered: nil)
    }

    /// `POST /{number}/calls`: what a business does with a call. Only rejecting one is played.
    mutating func act(on call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard call.text("messaging_product") == "whatsapp" else { throw .missing("messaging_product") }
        guard number.takesCalls else { throw GraphError(138000, "Calling not enabled", status: 401) }
        guard let action = call.text("action") else { throw .missing("action") }
        guard action == "reject" || action == "terminate" else { throw .parameter("Only reject and terminate are played here.") }
        guard let id = call.text("call_id") else { throw .missing("call_id") }
        guard let ringing = calls[id], ringing.number == number.id, ringing.state == .ringing else {
            throw .value("There is no such call that rings.")
        }
        end(id, as: .rejected, after: max(0, now / 1_000 - ringing.begin), answered: nil)
        return ["messaging_product": "whatsapp", "success": true]
    }

    private mutating func end(_ id: String, as state: CustomerCall.State, after seconds: Int, answered: Int?) {
        guard let call = calls[id] else { return }
        calls[id]?.state = state
        tell(
            of: id,
            [
                ("event", "terminate"), ("timestamp", .string(String(call.begin + seconds))),
                ("status", answered == nil ? "FAILED" : "COMPLETED"),
                ("start_time", answered.map { _ in .string(String(call.begin)) }),
                ("end_time", answered.map { .string(String(call.begin + $0)) }), ("duration", answered.map { .integer($0) }),
            ])
    }

    private mutating func tell(of id: String, _ event: [(String, JSON?)]) {
        guard let call = calls[id], let phone = phones[call.phone], let number = numbers[call.number],
            let account = accounts[number.account]
        else { return }
        let parties: [(String, JSON?)] = [
            ("id", .string(id)), ("from", phone.number.map { .string($0) }),
            ("from_user_id", .string(userID(of: phone, seenBy: account))), ("to", .string(number.digits)), ("direction", "USER_INITIATED"),
        ]
        notify(
            account: account.id, number: number, field: "calls",
            value: [
                "messaging_product": "whatsapp", "metadata": metadata(of: number), "contacts": [contact(phone, seenBy: account)],
                "calls": [.fields(parties + event)],
            ], subject: phone.id)
    }

    /// `GET /{number}/settings`
    func settings(of number: BusinessNumber) -> JSON {
        [
            "calling": [
                "status": number.takesCalls ? "ENABLED" : "DISABLED", "call_icon_visibility": "DEFAULT",
                "callback_permission_status": "ENABLED",
            ]
        ]
    }

    /// `POST /{number}/settings`: whether customers can call. To let them, the number needs a limit of 2,000 people a day, and an app that is told.
    mutating func changeSettings(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let status = call.parameter("calling")?["status"]?.string?.uppercased() else { return ["success": true] }
        guard ["ENABLED", "DISABLED"].contains(status) else { throw .parameter("calling.status must be ENABLED or DISABLED.") }
        if status == "ENABLED" {
            guard number.perDay.map({ $0 >= 2_000 }) ?? true else {
                throw GraphError(138015, "Calling can't be enabled", details: "The messaging limit must be at least 2,000.")
            }
            let isTold = accounts[number.account]?.subscriptions.keys.contains { apps[$0]?.fields?.contains("calls") ?? true }
            guard isTold == true else {
                throw GraphError(138018, "Calling can't be enabled", details: "An app must be subscribed to the webhook field calls.")
            }
        }
        numbers[number.id]?.takesCalls = status == "ENABLED"
        return ["success": true]
    }
}
