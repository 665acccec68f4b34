package import struct Foundation.Date

/// One running process of the hub; its ids name the owner of a lease.
package struct HubProcess: Sendable, Equatable, Identified {
    package static let identifierPrefix = "prc"

    /// New at each start.
    package let id: String
    /// Name of the machine, as it calls itself.
    package let host: String
    package let roles: Set<ProcessRole>
    package let startedAt: Date

    package init(id: String, host: String, roles: Set<ProcessRole>, startedAt: Date) {
        (self.id, self.host, self.roles, self.startedAt) = (id, host, roles, startedAt)
    }

    package static func makeID() -> String { Identifier<HubProcess>.make(at: Date()).text }
}

/// A part of the work that a process may do, or leave to others.
package enum ProcessRole: String, Sendable, CaseIterable, Codable {
    /// Answers people, programs and providers.
    case web
    /// Sends what is queued.
    case dispatch
    /// Does the work in the background, and keeps house.
    case jobs

    /// From a list with commas between, such as `web,jobs`; nil when it is empty or names something else.
    package static func set(parsing text: String) -> Set<ProcessRole>? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let roles = parts.compactMap { ProcessRole(rawValue: $0.filter { $0 != " " }) }
        return roles.count == parts.count ? Set(roles) : nil
    }

    /// As ``set(parsing:)`` reads it, always in the same order.
    package static func text(of roles: Set<ProcessRole>) -> String {
        allCases.filter(roles.contains).map(\.rawValue).joined(separator: ",")
    }
}
