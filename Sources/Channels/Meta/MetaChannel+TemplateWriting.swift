internal import AsyncHTTPClient
package import Domain
internal import NIOHTTP1

/// New templates, new versions and deletions (Meta, "Template management", read 2026-11).
extension MetaChannel: TemplateChannel {
    package func create(_ draft: TemplateDraft, in account: AccountRoute) async throws -> SubmittedTemplate {
        let path = "\(GraphClient.escape(account.businessAccountID))/message_templates"
        var body = Self.body(of: draft)
        body += [
            JSONMember("name", .string(draft.name)), JSONMember("language", .string(draft.language)),
            JSONMember("category", .string(draft.category.rawValue)), JSONMember("parameter_format", .string(draft.format.rawValue)),
        ]
        let answer: GraphAnswer
        do throws(GraphFailure) {
            answer = try await graph.post(path, .object(body), token: account.secrets.accessToken)
        } catch {
            guard case .unknown = error else { throw ChannelProblem.temporary(error.reason) }
            throw TemplateProblem.outcomeUnknown
        }
        if let error = answer.error { throw Self.problem(error, draft) }
        guard let id = answer.body["id"]?.identifier else { throw TemplateProblem.outcomeUnknown }
        return SubmittedTemplate(
            providerID: id, status: answer.body["status"]?.text.map { TemplateStatus($0) } ?? .pending,
            category: answer.body["category"]?.text?.uppercased())
    }

    package func edit(_ providerID: String, to draft: TemplateDraft, changesCategory: Bool, in account: AccountRoute) async throws {
        var body = Self.body(of: draft)
        if changesCategory { body.append(JSONMember("category", .string(draft.category.rawValue))) }
        // Its name is its own: that code means something else here.
        let answer = try await writing(nil) { () throws(GraphFailure) in
            try await graph.post(GraphClient.escape(providerID), .object(body), token: account.secrets.accessToken)
        }
        guard answer["success"]?.flag != false else { throw TemplateProblem.refused("it gave no reason.") }
    }

    package func delete(name: String, providerID: String?, in account: AccountRoute) async throws {
        let query = [("name", name)] + (providerID.map { [("hsm_id", $0)] } ?? [])
        let parameters = query.map { "\($0)=\(GraphClient.escape($1))" }.joined(separator: "&")
        let path = "\(GraphClient.escape(account.businessAccountID))/message_templates?\(parameters)"
        _ = try await writing(nil) { () throws(GraphFailure) in
            try await graph.answer(graph.request(.DELETE, path, token: account.secrets.accessToken), nil)
        }
    }

    package func uploadSample(_ file: SampleFile, appID: String, in account: AccountRoute) async throws -> String {
        let resumable = ResumableFile(filename: file.filename, mimeType: file.mimeType, bytes: file.bytes)
        return try await upload(resumable, appID: appID, token: account.secrets.accessToken) { call in try await writing(nil, call) }
    }

    /// Without what stays when a template is edited.
    private static func body(of draft: TemplateDraft) -> [JSONMember] {
        [JSONMember("components", .array(draft.components.map { JSONNode($0) }))]
            + (draft.lifetimeSeconds.map { [JSONMember("message_send_ttl_seconds", .integer(Int64($0)))] } ?? [])
    }

    /// As ``asking(_:)``, with what is wrong with the template as a problem of its own.
    private func writing(
        _ draft: TemplateDraft?, _ call: () async throws(GraphFailure) -> GraphAnswer
    ) async throws -> JSONNode {
        let answer: GraphAnswer
        do { answer = try await call() } catch { throw ChannelProblem.temporary(error.reason) }
        if let error = answer.error { throw Self.problem(error, draft) }
        return try await asking { () throws(GraphFailure) in answer }
    }

    /// Codes that are about what was written.
    private static let valueCodes: Set<Int> = [100, 131_008, 131_009]
    /// The account has as many templates as it may have (Meta, "Error codes", read 2026-11).
    private static let accountFull = 2_388_019
    /// The name is taken in this language, or its deletion isn't done yet.
    private static let nameTaken = 2_388_024

    private static func problem(_ error: GraphError, _ draft: TemplateDraft?) -> any Problem {
        if error.subcode == accountFull { return TemplateProblem.accountFull }
        if error.subcode == nameTaken, let draft { return TemplateProblem.nameTaken(name: draft.name, language: draft.language) }
        // 33 is about the account or template as a whole.
        guard valueCodes.contains(error.code), error.subcode != 33 else { return ChannelProblem(error) }
        let words = error.details?.line(300) ?? "it gave no reason"
        return TemplateProblem.refused(words.last?.isPunctuation == true ? words : words + ".")
    }
}
