package import Domain

package import struct Foundation.Date

/// The campaigns of a workspace. Those that were removed are in no answer but of what clears up behind them.
package struct CampaignTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns: SQL = """
        c.id, c.name, c.state, c.preparation, c.senders, c.template_id, c.mapping, c.audience, c.stop_rule, c.starts_at, c.halt, c.created_by,
        c.created_at, c.started_at, c.ended_at, c.timing
        """

    // MARK: Reading

    package func find(_ id: Identifier<Campaign>, holding: Bool = false) throws -> Campaign? {
        try access.require(.campaignsView)
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM campaigns c WHERE c.workspace_id = \(access.workspaceID) AND c.id = \(id) AND c.removed_at IS NULL
            \(sql: holding ? transaction.dialect.forUpdate : "")
            """
        ).first.map(Self.campaign)
    }

    /// Held until the transaction ends; nil also when somebody else holds it, who then does what there is to do.
    package func holdIfFree(_ id: Identifier<Campaign>) throws -> Campaign? {
        try access.require(.campaignsEdit)
        return try transaction.rows(
            """
            SELECT \(sql: Self.columns) FROM campaigns c WHERE c.workspace_id = \(access.workspaceID) AND c.id = \(id) AND c.removed_at IS NULL
            \(sql: transaction.dialect.forUpdateSkipLocked)
            """
        ).first.map(Self.campaign)
    }

    /// The newest first.
    package func list(_ states: Set<CampaignState>? = nil, after place: Identifier<Campaign>?, limit: Int) throws -> [Campaign] {
        try access.require(.campaignsView)
        let behind: SQL = if let place { " AND c.id < \(place)" } else { "" }
        guard let states else {
            return try transaction.rows(
                """
                SELECT \(sql: Self.columns) FROM campaigns c WHERE c.workspace_id = \(access.workspaceID) AND c.removed_at IS NULL\(sql: behind)
                ORDER BY c.id DESC LIMIT \(limit)
                """
            ).map(Self.campaign)
        }
        // Each state by itself, so that its index gives the order.
        let parts = try states.sorted { $0.rawValue < $1.rawValue }.flatMap { state in
            try transaction.rows(
                """
                SELECT \(sql: Self.columns) FROM campaigns c
                WHERE c.workspace_id = \(access.workspaceID) AND c.state = \(state.rawValue) AND c.removed_at IS NULL\(sql: behind)
                ORDER BY c.id DESC LIMIT \(limit)
                """
            ).map(Self.campaign)
        }
        return Array(parts.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// Whether the workspace has ever begun one.
    package func hasBegun() throws -> Bool {
        try access.require(.campaignsView)
        return try !transaction.rows(
            "SELECT 1 FROM campaigns WHERE workspace_id = \(access.workspaceID) AND started_at IS NOT NULL LIMIT 1"
        ).isEmpty
    }

    /// Of the campaigns, those that aren't over, at most `most`.
    package func openCount(most: Int) throws -> Int {
        try list([.draft, .scheduled, .running, .paused], after: nil, limit: most).count
    }

    /// Workspaces in which campaigns are to be fed, or begun.
    package static func workspacesWithOpen(_ transaction: any Transaction, limit: Int) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w WHERE EXISTS (
                SELECT 1 FROM campaigns c WHERE c.workspace_id = w.id AND c.state IN ('running', 'scheduled') AND c.removed_at IS NULL)
            ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// Workspaces in which something may be heard of campaigns.
    package static func workspacesWithBegun(_ transaction: any Transaction, limit: Int) throws -> [Identifier<Workspace>] {
        try transaction.rows(
            """
            SELECT w.id FROM workspaces w WHERE EXISTS (SELECT 1 FROM campaigns c WHERE c.workspace_id = w.id AND c.started_at IS NOT NULL)
            ORDER BY w.id LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    // MARK: Writing

    package func insert(_ campaign: Campaign) throws {
        try access.require(.campaignsCreate)
        try transaction.run(
            """
            INSERT INTO campaigns (workspace_id, id, name, state, preparation, senders, template_id, mapping, audience, stop_rule, starts_at, halt,
                created_by, created_at, started_at, ended_at, timing)
            VALUES (\(access.workspaceID), \(campaign.id), \(campaign.plan.name), \(campaign.state.rawValue), \(campaign.preparation.rawValue),
                \(JSONText.encode(campaign.plan.senders)), \(campaign.plan.template), \(JSONText.encode(campaign.plan.mapping)),
                \(JSONText.encode(campaign.plan.audience)), \(JSONText.encode(campaign.plan.stopRule)), \(campaign.plan.startsAt),
                \(campaign.halt.map(JSONText.encode)), \(campaign.createdBy), \(campaign.createdAt), \(campaign.startedAt), \(campaign.endedAt),
                \(campaign.plan.timing.map(JSONText.encode)))
            """)
    }

    package func save(_ campaign: Campaign) throws {
        try access.require(.campaignsEdit)
        try transaction.run(
            """
            UPDATE campaigns SET name = \(campaign.plan.name), state = \(campaign.state.rawValue), preparation = \(campaign.preparation.rawValue),
                senders = \(JSONText.encode(campaign.plan.senders)), template_id = \(campaign.plan.template),
                mapping = \(JSONText.encode(campaign.plan.mapping)), audience = \(JSONText.encode(campaign.plan.audience)),
                stop_rule = \(JSONText.encode(campaign.plan.stopRule)), starts_at = \(campaign.plan.startsAt),
                halt = \(campaign.halt.map(JSONText.encode)), started_at = \(campaign.startedAt), ended_at = \(campaign.endedAt),
                timing = \(campaign.plan.timing.map(JSONText.encode))
            WHERE workspace_id = \(access.workspaceID) AND id = \(campaign.id)
            """)
    }

    // MARK: Preparing

    /// How far the audience has been read.
    package struct Progress: Sendable, Equatable {
        /// Which source, counted from 0.
        package var source = 0
        /// Within it, as its reader writes it.
        package var place = ""
        /// Recipients so far.
        package var count = 0

        package init() {}
    }

    package func progress(of id: Identifier<Campaign>) throws -> Progress {
        try access.require(.campaignsView)
        var progress = Progress()
        if let row = try transaction.rows(
            """
            SELECT prepared_source, prepared_place, prepared_count FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """
        ).first {
            (progress.source, progress.place, progress.count) = (try row.integer(0), try row.text(1), try row.integer(2))
        }
        return progress
    }

    /// False when it isn't being prepared any more, or somebody else has gone on from there: then nothing of the step may stay.
    package func advance(_ id: Identifier<Campaign>, from: Progress, to: Progress) throws -> Bool {
        try access.require(.campaignsEdit)
        return try transaction.run(
            """
            UPDATE campaigns SET prepared_source = \(to.source), prepared_place = \(to.place), prepared_count = \(to.count)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND preparation = 'running' AND prepared_source = \(from.source)
                AND prepared_place = \(from.place) AND prepared_count = \(from.count)
            """) == 1
    }

    /// How many people the workspace knew when the audience was read.
    package func people(of id: Identifier<Campaign>) throws -> Int {
        try access.require(.campaignsView)
        return try transaction.rows(
            "SELECT people_count FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first?.integer(0) ?? 0
    }

    package func setPeople(_ count: Int, of id: Identifier<Campaign>) throws {
        try access.require(.campaignsEdit)
        try transaction.run(
            "UPDATE campaigns SET people_count = \(count) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    /// Begins the reading anew. The place that no reader writes marks that earlier recipients have to go first.
    package func restart(_ id: Identifier<Campaign>) throws {
        try access.require(.campaignsEdit)
        try transaction.run(
            """
            UPDATE campaigns SET prepared_source = 0, prepared_place = \(Self.clearing), prepared_count = 0
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    /// ``Progress/place`` while the recipients of an earlier audience are being removed.
    package static let clearing = "clearing"

    // MARK: What stands beside a campaign that was begun

    /// What was known when it was last begun or resumed: only what gets worse since then stops it.
    package struct Baseline: Sendable, Equatable {
        package var known: Int
        package var failed: Int
        /// Names of whatever had a bad quality already.
        package var poor: Set<String>

        package init(known: Int = 0, failed: Int = 0, poor: Set<String> = []) {
            (self.known, self.failed, self.poor) = (known, failed, poor)
        }
    }

    package func baseline(of id: Identifier<Campaign>) throws -> Baseline {
        try access.require(.campaignsView)
        let row = try transaction.rows(
            "SELECT known_before, failed_before, qualities FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first
        guard let row else { return Baseline() }
        return Baseline(known: try row.integer(0), failed: try row.integer(1), poor: try JSONText.decode(from: row.text(2)))
    }

    package func set(_ baseline: Baseline, of id: Identifier<Campaign>) throws {
        try access.require(.campaignsEdit)
        try transaction.run(
            """
            UPDATE campaigns SET known_before = \(baseline.known), failed_before = \(baseline.failed), qualities = \(JSONText.encode(baseline.poor.sorted()))
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    /// Codes of the failures that are to be tried again; nil when none are.
    package func retry(of id: Identifier<Campaign>) throws -> [String]? {
        try access.require(.campaignsView)
        return try transaction.rows(
            "SELECT retry FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id)"
        ).first?.textOrNil(0).map { try JSONText.decode(from: $0) }
    }

    package func setRetry(_ codes: [String]?, of id: Identifier<Campaign>) throws {
        try access.require(.campaignsEdit)
        try transaction.run(
            """
            UPDATE campaigns SET retry = \(codes.map(JSONText.encode)) WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    // MARK: Removing

    /// From now on it is in no answer; its rows go step by step.
    package func markRemoved(_ id: Identifier<Campaign>, at now: Date) throws {
        try access.require(.campaignsDelete)
        try transaction.run("UPDATE campaigns SET removed_at = \(now) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    package func isRemoved(_ id: Identifier<Campaign>) throws -> Bool {
        try access.require(.campaignsDelete)
        return try !transaction.rows(
            "SELECT 1 FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND removed_at IS NOT NULL"
        ).isEmpty
    }

    /// The row itself, once its recipients are gone.
    package func delete(_ id: Identifier<Campaign>) throws {
        try access.require(.campaignsDelete)
        for table in ["campaign_counts", "campaign_hours"] {
            try transaction.run("DELETE FROM \(raw: table) WHERE workspace_id = \(access.workspaceID) AND campaign_id = \(id)")
        }
        try transaction.run(
            "DELETE FROM campaigns WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND removed_at IS NOT NULL")
    }

    private static func campaign(_ row: Row) throws -> Campaign {
        guard let state = CampaignState(rawValue: try row.text(2)), let preparation = CampaignPreparation(rawValue: try row.text(3)) else {
            throw StoreError.columnMismatch(2)
        }
        let plan = try CampaignPlan(
            name: try row.text(1), senders: try JSONText.decode(from: row.text(4)), template: try row.idOrNil(5),
            mapping: try JSONText.decode(from: row.text(6)), audience: try JSONText.decode(from: row.text(7)),
            startsAt: try row.dateOrNil(9),
            stopRule: try JSONText.decode(from: row.text(8)), timing: try row.textOrNil(15).map { try JSONText.decode(from: $0) })
        return Campaign(
            id: try row.id(0), plan: plan, state: state, preparation: preparation,
            halt: try row.textOrNil(10).map { try JSONText.decode(from: $0) }, createdBy: try row.text(11), createdAt: try row.date(12),
            startedAt: try row.dateOrNil(13), endedAt: try row.dateOrNil(14))
    }
}
