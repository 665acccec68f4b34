package import Domain

/// How those are spread who are still to be written to.
extension CampaignRecipientTable {
    /// By the region of their number; of rows of files and those who merely wrote none is kept, so they are by the first digits of theirs, with one of
    /// the numbers as an example, from which the region can be told.
    package func pendingByRegion() throws -> [(region: String?, example: PhoneNumber?, count: Int)] {
        try access.require(.campaignsView)
        return try transaction.rows(
            """
            SELECT c.region, CASE WHEN c.region IS NULL THEN SUBSTR(COALESCE(c.phone_number, r.number), 1, 7) END,
                MIN(CASE WHEN c.region IS NULL THEN COALESCE(c.phone_number, r.number) END), COUNT(*)
            FROM campaign_recipients r
            LEFT JOIN contacts c ON c.workspace_id = r.workspace_id AND c.id = r.contact_id
            WHERE r.workspace_id = \(access.workspaceID) AND r.campaign_id = \(campaignID) AND r.state = 'pending'
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        ).map { (try $0.textOrNil(0), try $0.textOrNil(2).flatMap { try? PhoneNumber(parsing: $0) }, try $0.integer(3)) }
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
