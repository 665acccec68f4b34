import Domain

import struct Foundation.Date

/// A list of conversations, taken apart into pieces that an index gives in order: by state, and by who looks after them. Together they are all that
/// the filter asks for and the caller may see, and no conversation is in two of them.
///
/// What asks for attention has an index of its own; a window that closes soon is that of somebody who wrote within a day, which bounds what is looked at.
struct ConversationBranches {
    private let filter: ConversationFilter
    private let access: Access
    private let now: Date

    init(_ filter: ConversationFilter, _ access: Access, at now: Date) { (self.filter, self.access, self.now) = (filter, access, now) }

    /// The condition of each piece on the table `v`. None when the caller can't see anything of what is asked for.
    var conditions: [SQL] {
        let states = filter.state.map { [$0] } ?? Conversation.State.allCases
        let sender: SQL = if let sender = filter.senderID { " AND v.sender_id = \(sender)" } else { "" }
        return holders.flatMap { holder in
            states.map { state in
                "v.workspace_id = \(access.workspaceID) AND v.state = \(state.rawValue)\(sql: sender)\(sql: holder)\(sql: attention)"
            }
        }
    }

    /// ` AND …` for each of those whose conversations the caller may see.
    private var holders: [SQL] {
        switch access.visibility {
        case .all: [anybodys]
        case .own(let me): mine(me)
        case .team(let me, let teams): mine(me) + teams.sorted().flatMap { shared($0, me) } + nobodys
        }
    }

    private var anybodys: SQL {
        switch filter.assignee {
        case .person(let person): " AND v.assignee_id = \(person)\(sql: andTeam)"
        case .nobody: " AND v.assignee_id IS NULL\(sql: andTeam)"
        case nil: andTeam
        }
    }

    /// Assigned to the caller, whatever the team.
    private func mine(_ me: Identifier<Account>) -> [SQL] {
        switch filter.assignee {
        case .nobody: []
        case .person(let person) where person != me: []
        case .person, nil: [" AND v.assignee_id = \(me)\(sql: andTeam)"]
        }
    }

    /// Of one of the caller's teams, and not assigned to the caller.
    private func shared(_ team: Identifier<Team>, _ me: Identifier<Account>) -> [SQL] {
        if let wanted = filter.teamID, wanted != team { return [] }
        return switch filter.assignee {
        case .person(let person): person == me ? [] : [" AND v.team_id = \(team) AND v.assignee_id = \(person)"]
        case .nobody: [" AND v.team_id = \(team) AND v.assignee_id IS NULL"]
        case nil: [" AND v.team_id = \(team) AND (v.assignee_id IS NULL OR v.assignee_id <> \(me))"]
        }
    }

    /// Assigned to no person and no team.
    private var nobodys: [SQL] {
        if filter.teamID != nil { return [] }
        if case .person = filter.assignee { return [] }
        return [" AND v.assignee_id IS NULL AND v.team_id IS NULL"]
    }

    private var attention: SQL {
        switch filter.attention {
        // Word for word as the indexes have it.
        case .unread: return " AND v.unread > 0"
        case .failed: return " AND v.last_status = 'failed'"
        case .closing:
            let (length, soon) = (MessagingWindow.length / .seconds(1), MessagingWindow.soon / .seconds(1))
            let oldest = now.addingTimeInterval(-length)
            return """
                 AND v.last_inbound_at > \(oldest) AND v.last_inbound_at < \(oldest.addingTimeInterval(soon)) AND v.last_message_at > \(oldest)
                """
        case nil: return ""
        }
    }

    private var andTeam: SQL { if let team = filter.teamID { " AND v.team_id = \(team)" } else { "" } }
}
