internal import AsyncHTTPClient
package import Domain
internal import NIOCore
internal import NIOHTTP1

/// The profile of a number (Meta, "Business profiles" and "Phone numbers", read 2026-11).
extension MetaChannel: ProfileChannel {
    private static let profileFields = "about,address,description,email,profile_picture_url,websites,vertical"
    private static let nameFields = "verified_name,name_status,new_name_status"

    package func profile(of sender: SenderRoute) async throws -> ReadProfile {
        let (id, token) = (GraphClient.escape(sender.senderProviderID), sender.secrets.accessToken)
        let number = try await asking { () throws(GraphFailure) in
            try await graph.get(id, query: [("fields", Self.nameFields)], token: token)
        }
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.get("\(id)/whatsapp_business_profile", query: [("fields", Self.profileFields)], token: token)
        }
        guard let node = answer["data"]?.list?.first, node.isObject else { throw ChannelProblem.temporary("the answer can't be read") }
        func text(_ name: String) -> String { node[name]?.text?.replacing("\0", with: "") ?? "" }
        let (email, picture) = (text("email"), text("profile_picture_url"))
        return ReadProfile(
            profile: BusinessProfile(
                about: text("about"), description: text("description"), address: text("address"), category: text("vertical"),
                websites: (node["websites"]?.list ?? []).compactMap { $0.text?.replacing("\0", with: "") }.filter { !$0.isEmpty },
                email: email.isEmpty ? nil : email),
            name: number["verified_name"]?.text, standing: Self.standing(number["name_status"]),
            newStanding: Self.standing(number["new_name_status"]), pictureAddress: picture.isEmpty ? nil : picture)
    }

    private static func standing(_ node: JSONNode?) -> DisplayName.Standing? {
        node?.text.flatMap { DisplayName.Standing(rawValue: $0.uppercased()) }
    }

    package func change(_ change: ProfileChange, of sender: SenderRoute) async throws {
        guard !change.remoteFields.isEmpty else { return }
        let body: JSONNode = [
            "messaging_product": "whatsapp", "about": change.about.map { .string($0) },
            "description": change.description.map { .string($0) },
            "address": change.address.map { .string($0) }, "vertical": change.category.map { .string($0.rawValue) },
            "websites": change.websites.map { .array($0.map { .string($0) }) }, "email": change.emails.map { .string($0.first ?? "") },
        ]
        let only = change.remoteFields.count == 1 ? change.remoteFields.first : nil
        try await write(body, to: "\(GraphClient.escape(sender.senderProviderID))/whatsapp_business_profile", sender, orElse: only)
    }

    package func rename(_ name: String, of sender: SenderRoute) async throws {
        let body: JSONNode = ["messaging_product": "whatsapp", "new_display_name": .string(name)]
        try await write(body, to: GraphClient.escape(sender.senderProviderID), sender, orElse: .displayName)
    }

    package func setPicture(_ picture: ProfilePicture?, of sender: SenderRoute) async throws {
        // Of the picture, too, the empty text is what takes it away, as client libraries have it; Meta's page doesn't say.
        let handle = if let picture { try await upload(picture, by: sender) } else { "" }
        let body: JSONNode = ["messaging_product": "whatsapp", "profile_picture_handle": .string(handle)]
        try await write(body, to: "\(GraphClient.escape(sender.senderProviderID))/whatsapp_business_profile", sender, orElse: .picture)
    }

    private func write(_ body: JSONNode, to path: String, _ sender: SenderRoute, orElse field: ProfileField?) async throws {
        let answer = try await changing(orElse: field) { () throws(GraphFailure) in
            try await graph.post(path, body, token: sender.secrets.accessToken)
        }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }

    // MARK: Refusals

    /// Codes that are about a value.
    private static let valueCodes: Set<Int> = [100, 131_008, 131_009]
    /// What Meta calls our fields. An address of e-mail isn't an address, so it is looked for first.
    private static let parameters: [(name: String, field: ProfileField)] = [
        ("profile_picture", .picture), ("new_display_name", .displayName), ("email", .emails), ("websites", .websites),
        ("vertical", .category), ("description", .description), ("about", .about), ("address", .address),
    ]

    /// As ``asking(_:)``, with a refused value as a problem of its field.
    private func changing(
        orElse field: ProfileField?, _ call: () async throws(GraphFailure) -> GraphAnswer
    ) async throws -> JSONNode {
        let answer: GraphAnswer
        do { answer = try await call() } catch { throw ChannelProblem.temporary(error.reason) }
        // 33 is about the number as a whole.
        if let error = answer.error, Self.valueCodes.contains(error.code), error.subcode != 33 {
            let words = error.details.map { $0.line(300) } ?? "it gave no reason"
            throw ProfileProblem.refused(Self.field(named: words) ?? field, words.last?.isPunctuation == true ? words : words + ".")
        }
        return try await asking { () throws(GraphFailure) in answer }
    }

    private static func field(named words: String) -> ProfileField? {
        let parts = words.lowercased().split { !$0.isLetter && $0 != "_" }
        return parameters.first { parameter in parts.contains { $0.hasPrefix(parameter.name) } }?.field
    }

    // MARK: Pictures

    /// Returns the handle by which the picture can be used.
    private func upload(_ picture: ProfilePicture, by sender: SenderRoute) async throws -> String {
        let file = ResumableFile(filename: picture.filename, mimeType: picture.type.text, bytes: picture.bytes)
        return try await upload(file, appID: sender.appID, token: sender.secrets.accessToken) { call in
            try await changing(orElse: .picture, call)
        }
    }

    package func picture(at address: String, of sender: SenderRoute) async throws -> [UInt8] {
        guard MediaAddress.isGraph(address, graphRoot: graph.root) else { return try await outsidePicture(at: address) }
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "authorization", value: "Bearer \(sender.secrets.accessToken)")
        request.headers.add(name: "user-agent", value: "switchboard")
        let status: Int
        let body: [UInt8]
        do {
            let response = try await graph.client.execute(request, timeout: TimeAmount(timeouts.answer))
            status = Int(response.status.code)
            body = Array((try await response.body.collect(upTo: ProfilePicture.byteLimit)).readableBytesView)
        } catch { throw ChannelProblem.temporary(GraphClient.reason(error)) }
        return try Self.picture(body, status)
    }

    /// Meta's pictures lie on hosts of their own, at addresses that are secret enough: the token stays here, and the call goes only where any call
    /// to an address that others chose may go.
    private func outsidePicture(at address: String) async throws -> [UInt8] {
        guard let target = try? OutsideAddress(parsing: address) else {
            throw ChannelProblem.permanent("the picture's address can't be read")
        }
        var call = OutsideCall("GET", target, headers: [("user-agent", "switchboard")])
        call.answerLimit = ProfilePicture.byteLimit
        let answer: OutsideAnswer
        do throws(OutsideFailure) { answer = try await outside.send(call) } catch {
            throw ChannelProblem.temporary("the picture isn't to be had: \(error.reason.withinSentence)")
        }
        return try Self.picture(answer.body, answer.status)
    }

    private static func picture(_ body: [UInt8], _ status: Int) throws(ChannelProblem) -> [UInt8] {
        guard status == 200 else { throw .temporary("the picture's server answered \(status)") }
        return body
    }
}

extension String {
    /// A sentence as a part of another.
    fileprivate var withinSentence: String { prefix(1).lowercased() + dropFirst().prefix { $0 != "." } }
}
