import Domain

extension ContactFilter {
    /// What of the filter no index follows, as ` AND …` on the row of a contact under this name. It also keeps back who merely wrote to colleagues.
    ///
    /// - Parameters:
    ///   - access: of the caller, whose own conversations count.
    ///   - besides: whether the group and the country are looked at here, too.
    func condition(on name: String, _ access: Access, besides: Bool) -> SQL {
        var condition: SQL = ""
        switch scope {
        case .directory: condition = " AND \(raw: name).listed_at IS NOT NULL"
        case .all: condition = access.andKnows(contact: name)
        }
        if besides, let group {
            condition = """
                \(sql: condition) AND EXISTS (SELECT 1 FROM contact_group_members g
                    WHERE g.workspace_id = \(raw: name).workspace_id AND g.group_id = \(group) AND g.contact_id = \(raw: name).id)
                """
        }
        if besides, let region { condition = "\(sql: condition) AND \(raw: name).region = \(region)" }
        if let hasConversation {
            condition = "\(sql: condition) AND \(raw: hasConversation ? "" : "NOT ")\(sql: access.sharesConversation(contact: name))"
        }
        switch consent {
        case nil: break
        case .unknown?: condition = "\(sql: condition) AND NOT \(sql: Self.consents(of: name))"
        case let marketing?: condition = "\(sql: condition) AND \(sql: Self.consents(of: name, with: marketing))"
        }
        return condition
    }

    private static func consents(of name: String, with marketing: Consent.Marketing? = nil) -> SQL {
        let condition: SQL = marketing.map { " AND k.marketing = \($0.rawValue)" } ?? ""
        return """
            EXISTS (SELECT 1 FROM consents k
                WHERE k.workspace_id = \(raw: name).workspace_id AND k.contact_id = \(raw: name).id\(sql: condition))
            """
    }
}

extension Access {
    /// Whether every conversation is the caller's to see.
    var seesAll: Bool { permits(.conversationsView) && visibility == .all }

    /// Whether the caller may see a conversation with the contact whose row this is.
    func sharesConversation(contact name: String) -> SQL {
        guard permits(.conversationsView) else { return "FALSE" }
        return """
            EXISTS (SELECT 1 FROM conversations shared WHERE shared.workspace_id = \(raw: name).workspace_id
                AND shared.contact_id = \(raw: name).id\(sql: andSees("shared")))
            """
    }

    /// ` AND …` for the row of a contact: everybody who may see the directory sees who is in it; who merely wrote is seen along with a conversation.
    func andKnows(contact name: String) -> SQL {
        if seesAll { return "" }
        return " AND (\(raw: name).listed_at IS NOT NULL OR \(sql: sharesConversation(contact: name)))"
    }
}
