internal import Crypto
internal import NIOCore
internal import OrderedCollections

/// The business profile and the list of blocked customers. (Meta, "Business profiles" and "Block users", read 2026-11.)
extension World {
    private static let verticals: Set<String> = [
        "UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL",
        "HEALTH",
        "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "NOT_A_BIZ", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING",
        "OTC_DRUGS",
        "MATRIMONY_SERVICE",
    ]
    private static let blockedLimit = 64_000

    /// Bytes of a profile picture.
    static let pictureLimit = 5 * 1_024 * 1_024
    static let picturePath = ["whatsapp_business", "pictures"]

    func profile(of number: BusinessNumber, _ call: GraphCall) -> JSON {
        let profile = number.profile
        // Each picture has an address of its own, made of what nobody can guess.
        let picture = pictures[number.id].map {
            "\(call.base)/\(Self.picturePath.joined(separator: "/"))/?pid=\(number.id)&hash=\($0.hexDigest.prefix(24))"
        }
        let node: JSON = .fields(
            ("about", profile.about.isEmpty ? nil : .string(profile.about)),
            ("address", profile.address.isEmpty ? nil : .string(profile.address)),
            ("description", profile.description.isEmpty ? nil : .string(profile.description)),
            ("email", profile.email.isEmpty ? nil : .string(profile.email)), ("profile_picture_url", picture.map { .string($0) }),
            ("websites", profile.websites.isEmpty ? nil : .array(profile.websites.map { .string($0) })),
            ("vertical", .string(profile.vertical)),
            ("messaging_product", "whatsapp"))
        return ["data": [Fields(call).select(node, always: ["messaging_product", "vertical"])]]
    }

    mutating func changeProfile(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard call.text("messaging_product") == "whatsapp" else { throw .missing("messaging_product") }
        var profile = number.profile
        if let about = call.text("about") { profile.about = try Self.limited(about, "about", 1...139) }
        if let address = call.text("address") { profile.address = try Self.limited(address, "address", 0...256) }
        if let description = call.text("description") { profile.description = try Self.limited(description, "description", 0...512) }
        if let email = call.text("email") {
            profile.email = try Self.limited(email, "email", 0...128)
            guard email.isEmpty || email.contains("@") else { throw .parameter("Param email isn't an e-mail address.") }
        }
        if let websites = call.parameter("websites") {
            let list = websites.array?.compactMap(\.string) ?? [websites.string].compactMap(\.self).filter { !$0.isEmpty }
            guard list.count <= 2, list.allSatisfy({ $0.count <= 256 && ($0.hasPrefix("http://") || $0.hasPrefix("https://")) }) else {
                throw .parameter("Param websites takes at most 2 addresses that start with http:// or https://.")
            }
            profile.websites = list
        }
        if let vertical = call.text("vertical") {
            guard vertical.isEmpty || Self.verticals.contains(vertical) else { throw .parameter("Param vertical isn't known.") }
            profile.vertical = vertical.isEmpty ? "UNDEFINED" : vertical
        }
        if let handle = call.text("profile_picture_handle") { try setPicture(handle, of: number) }
        numbers[number.id]?.profile = profile
        return ["success": true]
    }

    private mutating func setPicture(_ handle: String, of number: BusinessNumber) throws(GraphError) {
        if handle.isEmpty {
            pictures[number.id] = nil
            return
        }
        guard let upload = uploads.values.first(where: { $0.handle == handle }), upload.type.lowercased().hasPrefix("image/") else {
            throw .parameter("Param profile_picture_handle isn't valid.")
        }
        guard upload.length <= Self.pictureLimit else { throw .parameter("Param profile_picture_handle is of a file that is too large.") }
        pictures[number.id] = MediaShelf.Item(
            id: ids.object(), bytes: upload.bytes, mimeType: upload.type, filename: nil,
            digest: Array(SHA256.hash(data: upload.bytes.readableBytesView)), account: number.account, expiresAt: .max)
    }

    /// The picture behind an address that a profile named.
    func picture(_ call: GraphCall, _ caller: Caller) -> MediaShelf.Item? {
        guard let id = call.text("pid"), let item = pictures[id], call.text("hash") == String(item.hexDigest.prefix(24)),
            item.account.map({ caller.reaches($0) }) ?? true
        else { return nil }
        return item
    }

    private static func limited(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(GraphError) -> String {
        guard range.contains(text.unicodeScalars.count) else {
            throw .parameter("Param \(name) must have \(range.lowerBound) to \(range.upperBound) characters.")
        }
        return text
    }

    func blockedUsers(_ call: GraphCall, _ number: BusinessNumber) -> JSON {
        let rows =
            (try? Page(call).list(Array(number.blocked), id: \.self) { person in
                ["messaging_product": "whatsapp", "input": .string(person), "wa_id": .string(person)]
            })
        return rows ?? ["data": []]
    }

    mutating func changeBlocked(_ call: GraphCall, _ number: BusinessNumber) throws(GraphError) -> JSON {
        guard let users = call.parameter("block_users")?.array, !users.isEmpty else { throw .missing("block_users") }
        let adds = call.method == "POST"
        var done: [JSON] = []
        var failed: [JSON] = []
        for user in users {
            let input = user["user"]?.scalarText ?? user["user_id"]?.scalarText ?? ""
            let phone = PhoneDigits.parse(input).flatMap { self.phone(withNumber: $0) } ?? phonesByUserID[input].flatMap { phones[$0] }
            guard let phone, !adds || pairs.isWindowOpen(number.id, phone.address, at: now), number.blocked.count < Self.blockedLimit else {
                failed.append([
                    "input": .string(input), "wa_id": .string(phone?.number ?? input),
                    "errors": [
                        [
                            "message": "(#139100) Failed to block/unblock user", "code": 139100,
                            "error_data": ["details": "Only people who wrote in the last 24 hours can be blocked."],
                        ]
                    ],
                ])
                continue
            }
            if adds {
                numbers[number.id]?.blocked.append(phone.address)
            } else {
                numbers[number.id]?.blocked.remove(phone.address)
            }
            done.append(.fields(("input", .string(input)), ("wa_id", phone.number.map { .string($0) })))
        }
        let result: JSON = .fields(
            (adds ? "added_users" : "removed_users", .array(done)), ("failed_users", failed.isEmpty ? nil : .array(failed)))
        guard failed.isEmpty else {
            var error = GraphError(139100, "Failed to block/unblock some users", details: "Some people couldn't be blocked or unblocked.")
            error.beside = JSON.Member("block_users", result)
            throw error
        }
        return ["messaging_product": "whatsapp", "block_users": result]
    }
}
