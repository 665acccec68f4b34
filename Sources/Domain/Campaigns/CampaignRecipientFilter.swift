/// Which recipients of a campaign a list shows.
package struct CampaignRecipientFilter: Sendable, Equatable {
    package var state: CampaignRecipient.State?
    /// An exclusion's name or a failure's code; with its state.
    package var reason: String?
    package var onlyReplied: Bool
    package var onlyClicked: Bool

    package init(state: CampaignRecipient.State? = nil, reason: String? = nil, onlyReplied: Bool = false, onlyClicked: Bool = false) {
        (self.state, self.reason, self.onlyReplied, self.onlyClicked) = (state, reason, onlyReplied, onlyClicked)
    }
}
