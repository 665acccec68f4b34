package import Domain

/// The templates of a business account.
extension MetaChannel {
    /// Templates of one answer: with their components they are long, and an answer is read to ``GraphClient/answerLimit`` bytes.
    private static let templatePageSize = 50
    private static let templateFields = "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason"

    package func templates(of account: AccountRoute, after cursor: String?) async throws -> TemplatePage {
        let query =
            [("fields", Self.templateFields), ("limit", String(Self.templatePageSize))] + (cursor.map { [("after", $0)] } ?? [])
        let path = "\(GraphClient.escape(account.businessAccountID))/message_templates"
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.get(path, query: query, token: account.secrets.accessToken)
        }
        guard let rows = answer["data"]?.list else { throw ChannelProblem.temporary("the answer can't be read") }
        // The cursor, not the ready-made address, which the token shouldn't follow.
        let next = answer["paging"]?["next"] == nil ? nil : answer["paging"]?["cursors"]?["after"]?.text
        return TemplatePage(templates: rows.compactMap(MetaTemplateReader.definition), next: next)
    }
}
