package import Domain

/// How those are spread who are still to be written to.
extension CampaignRecipientTable {
    /// By the region of their number; nil for rows of files and for those of whom none is known.
    package func pendingByRegion() throws -> [(region: String?, count: Int)] {
        try access.require(.campaignsView)
        return try transaction.rows(
            """
            SELECT c.region, COUNT(*) FROM campaign_recipients r
            LEFT JOIN contacts c ON c.workspace_id = r.workspace_id AND c.id = r.contact_id
            WHERE r.workspace_id = \(access.workspaceID) AND r.campaign_id = \(campaignID) AND r.state = 'pending'
            GROUP BY c.region ORDER BY c.region
            """
        ).map { (try $0.textOrNil(0), try $0.integer(1)) }
    }

    package func pendingBySender() throws -> [(Identifier<Sender>, Int)] {
        try access.require(.campaignsView)
        return try transaction.rows(
            """
            SELECT r.sender_id, COUNT(*) FROM campaign_recipients r
            WHERE r.workspace_id = \(access.workspaceID) AND r.campaign_id = \(campaignID) AND r.state = 'pending'
            GROUP BY r.sender_id ORDER BY r.sender_id
            """
        ).map { (try $0.id(0), try $0.integer(1)) }
    }
}
