package import struct Foundation.Date

/// The name under which customers see a number, which WhatsApp reviews (Meta, "Display names" and "Phone numbers", read 2026-11).
package struct DisplayName: Sendable, Equatable {
    /// Characters, counted as Unicode scalars as in ``BusinessProfile``.
    package static let length = 2...75
    /// For so long after a request WhatsApp may not yet tell of its review.
    private static let lagSeconds = 3_600.0

    /// Where a name is in its review.
    package enum Standing: String, Sendable, CaseIterable, Codable {
        case approved = "APPROVED"
        case availableWithoutReview = "AVAILABLE_WITHOUT_REVIEW"
        case declined = "DECLINED"
        case expired = "EXPIRED"
        case pendingReview = "PENDING_REVIEW"
        /// Nothing is being reviewed.
        case nothing = "NONE"
    }

    /// The one in use; nil when WhatsApp hasn't told.
    package let text: String?
    package let standing: Standing?
    /// Of another name that was asked for: here, or at Meta.
    package let newStanding: Standing?
    /// The name that was asked for from here.
    package let requested: String?
    package let requestedAt: Date?

    package init(
        text: String? = nil, standing: Standing? = nil, newStanding: Standing? = nil, requested: String? = nil, requestedAt: Date? = nil
    ) {
        (self.text, self.standing, self.newStanding) = (text, standing, newStanding)
        (self.requested, self.requestedAt) = (requested, requestedAt)
    }

    /// What WhatsApp tells now, with the name that was asked for as long as it matters.
    package func read(_ text: String?, _ standing: Standing?, new newStanding: Standing?, at now: Date) -> DisplayName {
        let isSettled =
            switch newStanding {
            case .pendingReview, .approved, .availableWithoutReview, .declined, .expired: false
            case .nothing, nil: requestedAt.map { now.timeIntervalSince($0) >= Self.lagSeconds } ?? true
            }
        let keeps = requested != nil && requested != text && !isSettled
        return DisplayName(
            text: text, standing: standing, newStanding: newStanding, requested: keeps ? requested : nil,
            requestedAt: keeps ? requestedAt : nil)
    }

    /// The name as it is asked for. Throws ``ProfileProblem``.
    package func checked(_ input: String) throws(ProfileProblem) -> String {
        let name = input.trimmed
        guard !name.isBlank else { throw .nameEmpty }
        let count = name.unicodeScalars.count
        guard Self.length.contains(count) else { throw .nameLength(count: count) }
        let isLine = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: !scalar.properties.isBidiControl
            }
        }
        guard isLine else { throw .nameMalformed }
        guard name != text else { throw .nameUnchanged }
        return name
    }
}
