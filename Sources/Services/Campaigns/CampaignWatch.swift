internal import Domain
internal import Store

extension CampaignCounts {
    /// Failures that say something of the campaign, unlike people's own wish.
    var faults: Int { failed - failures[SendingProblem.optedOut(.optedOut).code, default: 0] }
}

/// What stops a running campaign by itself.
struct CampaignWatch {
    private let transaction: any Transaction
    private let access: Access

    init(_ transaction: any Transaction, _ access: Access) {
        self.transaction = transaction
        self.access = access.withCampaigns.withGrant(.sendersView).withGrant(.templatesView)
    }

    /// Why it must not go on; nil when it may.
    func halt(_ campaign: Campaign) throws -> CampaignHalt? {
        if let halt = try haltOfTemplate(campaign.plan) ?? haltOfSenders(campaign.plan) { return halt }
        let baseline = try CampaignTable(transaction, access).baseline(of: campaign.id)
        if let worse = try poor(campaign.plan).filter({ !baseline.poor.contains($0.key) }).min(by: { $0.key < $1.key }) {
            return worse.value
        }
        let counts = try CampaignCountTable(transaction, access).counts(of: campaign.id)
        // A retry takes failures back, so there may be fewer than there were.
        let (failed, known) = (max(0, counts.faults - baseline.failed), max(0, counts.known - baseline.known))
        return campaign.plan.stopRule.stops(failed: failed, of: known) ? .failures(failed: failed, known: known) : nil
    }

    private func haltOfTemplate(_ plan: CampaignPlan) throws -> CampaignHalt? {
        guard let id = plan.template, let template = try TemplateTable(transaction, access).find(id), template.goneAt == nil else {
            return .templateGone
        }
        return template.status.isSendable ? nil : .templateNotSendable(status: template.status.text)
    }

    private func haltOfSenders(_ plan: CampaignPlan) throws -> CampaignHalt? {
        for id in plan.senders {
            guard let sender = try SenderTable(transaction, access).find(id), sender.removedAt == nil else { return .senderRemoved(id) }
            guard sender.status == .online else { return .senderStopped(id) }
            if try SenderHoldTable(transaction, access).find(id).campaignsPausedAt != nil { return .senderRestricted(id) }
        }
        return nil
    }

    /// Which of its numbers, and whether its template, people dislike, by WhatsApp's word.
    func poor(_ plan: CampaignPlan) throws -> [String: CampaignHalt] {
        var poor: [String: CampaignHalt] = [:]
        if let id = plan.template, let quality = try TemplateTable(transaction, access).find(id)?.definition.quality,
            quality == Self.poorest
        {
            poor[id.text] = .templateQuality(quality)
        }
        for id in plan.senders {
            if let quality = try SenderTable(transaction, access).find(id)?.quality, quality == Self.poorest {
                poor[id.text] = .senderQuality(id, quality)
            }
        }
        return poor
    }

    /// Meta's word ("Quality rating", read 2026-11).
    private static let poorest = "RED"
}
