package import struct Foundation.Date

/// How far a lead has come: one of the workspace's own list, in its order.
package struct LeadStatus: Sendable, Equatable, Identified {
    package static let identifierPrefix = "lst"
    /// Characters.
    package static let nameLimit = 40
    /// In one workspace; each is a column of the board.
    package static let countLimit = 20

    /// What it means for the business.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case open, won, lost

        package var label: String {
            switch self {
            case .open: "Open"
            case .won: "Won"
            case .lost: "Lost"
            }
        }

        /// When a lead was won or lost that comes to such a status now: from one end to the other it stays as it was, and an open one has none.
        package func closing(_ former: Date?, at now: Date) -> Date? { self == .open ? nil : former ?? now }
    }

    package let id: Identifier<LeadStatus>
    package let name: String
    package let color: Label.Color
    package let kind: Kind
    /// Its place in the list, from 0.
    package let position: Int

    /// Throws ``LeadListProblem``.
    package init(id: Identifier<LeadStatus>, name: String, color: Label.Color, kind: Kind, position: Int) throws(LeadListProblem) {
        self.name = try LeadListProblem.checked(name, of: .status)
        (self.id, self.color, self.kind, self.position) = (id, color, kind, position)
    }

    /// The form that is unique in its workspace.
    package var nameKey: String { name.lowercased() }

    /// What a new workspace begins with.
    package static let usual: [(name: String, color: Label.Color, kind: Kind)] = [
        ("New", .blue, .open), ("Contacted", .violet, .open), ("Qualified", .amber, .open), ("Won", .green, .won), ("Lost", .red, .lost),
    ]
}

/// Where leads come from: one of the workspace's own list.
package struct LeadSource: Sendable, Equatable, Identified {
    package static let identifierPrefix = "lsr"
    /// In one workspace.
    package static let countLimit = 100

    package let id: Identifier<LeadSource>
    package let name: String

    /// Throws ``LeadListProblem``.
    package init(id: Identifier<LeadSource>, name: String) throws(LeadListProblem) {
        self.name = try LeadListProblem.checked(name, of: .source)
        self.id = id
    }

    package var nameKey: String { name.lowercased() }

    /// What a new workspace begins with.
    package static let usual = ["WhatsApp", "Website", "Recommendation", "Advertisement"]
}

/// What is wrong with an entry of the lists that a workspace keeps for its leads.
package enum LeadListProblem: Problem, Equatable {
    package enum List: String, Sendable { case status, source }

    case missing(List)
    case nameEmpty(List)
    case nameTooLong(List, count: Int)
    case nameTaken(List)
    case tooMany(List)
    /// Leads begin with an open status.
    case lastOpen
    /// Leads have the status, and nothing says which they have from then on.
    case replacementMissing

    static func checked(_ name: String, of list: List) throws(LeadListProblem) -> String {
        let name = name.trimmed
        guard !name.isEmpty else { throw .nameEmpty(list) }
        guard name.count <= LeadStatus.nameLimit else { throw .nameTooLong(list, count: name.count) }
        return name
    }

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameTaken, .tooMany, .lastOpen: .conflict
        case .nameEmpty, .nameTooLong, .replacementMissing: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing(let list): "lead-\(list.rawValue).missing"
        case .nameEmpty(let list): "lead-\(list.rawValue).name-empty"
        case .nameTooLong(let list, _): "lead-\(list.rawValue).name-too-long"
        case .nameTaken(let list): "lead-\(list.rawValue).name-taken"
        case .tooMany(let list): "lead-\(list.rawValue).too-many"
        case .lastOpen: "lead-status.last-open"
        case .replacementMissing: "lead-status.replacement-missing"
        }
    }

    package var detail: String {
        switch self {
        case .missing(let list): "There is no such \(list.rawValue) in this workspace. Load the page again."
        case .nameEmpty(let list): "Give the \(list.rawValue) a name."
        case .nameTooLong(_, let count): "The name has \(count) characters, and \(LeadStatus.nameLimit) is the most."
        case .nameTaken(let list): "There is a \(list.rawValue) of this name. Choose another name."
        case .tooMany(.status): "A workspace has at most \(LeadStatus.countLimit) statuses. Delete one that is no longer needed."
        case .tooMany(.source): "A workspace has at most \(LeadSource.countLimit) sources. Delete one that is no longer needed."
        case .lastOpen: "New leads begin with an open status, so one of them has to stay open."
        case .replacementMissing: "Leads have this status. Choose which other status they get."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .nameEmpty, .nameTooLong, .nameTaken: "name"
        case .lastOpen: "kind"
        case .replacementMissing: "into"
        }
    }
}

/// What a workspace wants done with its leads.
package struct LeadSettings: Sendable, Equatable {
    /// Who looks after a lead that was made by itself.
    package enum NewOwner: Sendable, Equatable {
        case nobody
        case member(Identifier<Account>)
        /// Whoever is given the conversation first.
        case assignee
    }

    /// Whether somebody who isn't known and writes becomes a lead.
    package var isAutomatic: Bool
    /// Of leads that are made by themselves; nil for the first that is open.
    package var status: Identifier<LeadStatus>?
    package var source: Identifier<LeadSource>?
    package var owner: NewOwner
    /// That values are written in, unless another is chosen.
    package var currency: Currency

    package init(
        isAutomatic: Bool, status: Identifier<LeadStatus>?, source: Identifier<LeadSource>?, owner: NewOwner, currency: Currency
    ) {
        (self.isAutomatic, self.status, self.source, self.owner, self.currency) = (isAutomatic, status, source, owner, currency)
    }

    package static let usual = LeadSettings(isAutomatic: false, status: nil, source: nil, owner: .assignee, currency: .euro)
}
