package import Domain

/// What is counted of campaigns. Changes along with the rows of recipients, in the same transaction, so that both always agree.
package struct CampaignCountTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func counts(of id: Identifier<Campaign>) throws -> CampaignCounts { try counts(of: [id])[id] ?? CampaignCounts() }

    package func counts(of ids: [Identifier<Campaign>]) throws -> [Identifier<Campaign>: CampaignCounts] {
        try access.require(.campaignsView)
        guard !ids.isEmpty else { return [:] }
        let totals: [Identifier<Campaign>: [CampaignTally.Total: Int]] = try transaction.rows(
            """
            SELECT campaign_id, measure, reason, count FROM campaign_counts
            WHERE workspace_id = \(access.workspaceID) AND campaign_id IN (\(list: ids.map { SQLValue($0) })) ORDER BY campaign_id, measure, reason
            """
        ).reduce(into: [:]) { totals, row in
            guard let measure = CampaignTally.Measure(try row.text(1)) else { throw StoreError.columnMismatch(1) }
            totals[try row.id(0), default: [:]][.init(measure, reason: try row.text(2))] = try row.integer(3)
        }
        return totals.mapValues { CampaignCounts($0) }
    }

    /// What happened in each hour, the earliest first; at most `limit` rows, the newest.
    package func hours(of id: Identifier<Campaign>, limit: Int) throws -> [(hour: CampaignTally.Hour, count: Int)] {
        try access.require(.campaignsView)
        return try transaction.rows(
            """
            SELECT hour, measure, count FROM campaign_hours WHERE workspace_id = \(access.workspaceID) AND campaign_id = \(id)
            ORDER BY hour DESC, measure DESC LIMIT \(limit)
            """
        ).reversed().compactMap { row in
            guard let measure = CampaignTally.Hour.Measure(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
            let count = try row.integer(2)
            return count == 0 ? nil : (.init(start: Int64(try row.integer(0)), measure: measure), count)
        }
    }

    /// Adds what has changed. The recipients concerned are held.
    package func apply(_ tally: CampaignTally, to id: Identifier<Campaign>) throws {
        try access.require(.campaignsEdit)
        let changes = tally.changes
        try transaction.insert(
            into: "campaign_counts (workspace_id, campaign_id, measure, reason, count)",
            changes.totals.map { total, count in
                [SQLValue(access.workspaceID), SQLValue(id), .text(total.measure.text), .text(total.reason), SQLValue(count)]
            },
            suffix: """
                ON CONFLICT (workspace_id, campaign_id, measure, reason) DO UPDATE SET count = campaign_counts.count + excluded.count
                """)
        try transaction.insert(
            into: "campaign_hours (workspace_id, campaign_id, hour, measure, count)",
            changes.hours.map { hour, count in
                [SQLValue(access.workspaceID), SQLValue(id), .integer(hour.start), .text(hour.measure.rawValue), SQLValue(count)]
            },
            suffix: """
                ON CONFLICT (workspace_id, campaign_id, hour, measure) DO UPDATE SET count = campaign_hours.count + excluded.count
                """)
    }
}
