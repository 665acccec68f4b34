package import Domain
internal import Synchronization

package import struct Foundation.Date

/// Who is where at this moment, as far as this process knows: what its own pages say, and what the other processes told. Nothing of it outlives the
/// process, and nothing of it is in the event log.
package final class PresenceBoard: Sendable {
    /// Signs that are kept at once, at most; further people aren't shown.
    package static let signLimit = 5_000
    /// Pages of one person in one conversation that are told apart, at most; what further ones say isn't needed to know that somebody is there.
    package static let pageLimit = 20
    /// Changes that wait for a slow reader, at most: older ones are dropped, the next sign brings all again.
    private static let changeLimit = 64

    private struct Place: Hashable {
        let workspaceID: Identifier<Workspace>
        let conversationID: Identifier<Conversation>
    }

    /// A person may have a conversation open in two windows: closing one leaves them there.
    private struct Page: Hashable {
        let account: Identifier<Account>
        let name: String
    }

    private struct Watcher {
        let workspaceID: Identifier<Workspace>
        let changes: AsyncStream<PresenceChange>.Continuation
    }

    private struct State {
        var own: [Place: [Page: PresenceSign]] = [:]
        var others: [Place: [PresenceSign]] = [:]
        /// What was told last, so that a change is told once.
        var told: [Place: Set<Presence>] = [:]
        var ownCount = 0
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// A page says that somebody is there, writes, or has gone. Its name tells it from others of the same person.
    package func report(
        _ activity: Presence.Activity?, of account: Identifier<Account>, page name: String = "", in conversation: Identifier<Conversation>,
        of workspaceID: Identifier<Workspace>, at now: Date
    ) {
        let place = Place(workspaceID: workspaceID, conversationID: conversation)
        let page = Page(account: account, name: name)
        state.withLock { state in
            let isKnown = state.own[place]?[page] != nil
            if let activity {
                let isRoom =
                    state.ownCount < Self.signLimit && state.own[place, default: [:]].keys.count { $0.account == account } < Self.pageLimit
                guard isKnown || isRoom else { return }
                state.own[place, default: [:]][page] = PresenceSign(
                    workspaceID: workspaceID, conversationID: conversation, account: account,
                    viewingUntil: now.addingTimeInterval(Presence.viewingSeconds),
                    writingUntil: activity == .writing ? now.addingTimeInterval(Presence.writingSeconds) : nil)
                if !isKnown { state.ownCount += 1 }
            } else if isKnown {
                state.own[place]?[page] = nil
                if state.own[place]?.isEmpty == true { state.own[place] = nil }
                state.ownCount -= 1
            }
            Self.tell(place, &state, at: now)
        }
    }

    /// Who is there, in the order of their ids.
    package func people(in conversation: Identifier<Conversation>, of workspaceID: Identifier<Workspace>, at now: Date) -> [Presence] {
        let place = Place(workspaceID: workspaceID, conversationID: conversation)
        return state.withLock { Self.people(at: place, $0, now) }.sorted { $0.account < $1.account }
    }

    /// The conversations of a workspace in which somebody came, went or began to write, as it happens.
    package func changes(in workspaceID: Identifier<Workspace>) -> AsyncStream<PresenceChange> {
        let (stream, changes) = AsyncStream.makeStream(
            of: PresenceChange.self, bufferingPolicy: .bufferingNewest(Self.changeLimit))
        let number = state.withLock { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = Watcher(workspaceID: workspaceID, changes: changes)
            return state.nextWatcher
        }
        changes.onTermination = { [weak self] _ in
            // Not at once: whoever cancels the reader holds its task, which a change that is told under the lock waits for.
            Task { self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
        }
        return stream
    }

    /// Forgets who gave no sign for too long.
    package func expire(at now: Date) {
        state.withLock { state in
            for (place, signs) in state.own {
                let kept = signs.filter { $0.value.viewingUntil > now }
                state.ownCount -= signs.count - kept.count
                state.own[place] = kept.isEmpty ? nil : kept
            }
            for place in Set(state.told.keys) { Self.tell(place, &state, at: now) }
        }
    }

    /// What the other processes should know: one sign of each person in a conversation.
    package var own: [PresenceSign] {
        state.withLock { state in
            state.own.values.flatMap { signs in
                Dictionary(signs.map { ($0.key.account, $0.value) }, uniquingKeysWith: { $0.merged($1) }).values
            }
        }
    }

    /// What the other processes told, all of it.
    package func setOthers(_ signs: [PresenceSign], at now: Date) {
        state.withLock { state in
            let former = Set(state.others.keys)
            state.others = Dictionary(grouping: signs) { Place(workspaceID: $0.workspaceID, conversationID: $0.conversationID) }
            for place in former.union(state.others.keys) { Self.tell(place, &state, at: now) }
        }
    }

    private static func people(at place: Place, _ state: borrowing State, _ now: Date) -> Set<Presence> {
        let signs = (state.own[place].map { Array($0.values) } ?? []) + (state.others[place] ?? [])
        // Somebody may have it open in two browsers: writing in one of them counts.
        let byAccount = Dictionary(grouping: signs.compactMap { $0.presence(at: now) }, by: \.account)
        return Set(byAccount.values.compactMap { all in all.first { $0.activity == .writing } ?? all.first })
    }

    private static func tell(_ place: Place, _ state: inout State, at now: Date) {
        let people = people(at: place, state, now)
        let former = state.told[place] ?? []
        guard people != former else { return }
        let change = PresenceChange(
            place.conversationID, isOfWriters: people.filter { $0.activity == .writing } != former.filter { $0.activity == .writing })
        state.told[place] = people.isEmpty ? nil : people
        for watcher in state.watchers.values where watcher.workspaceID == place.workspaceID {
            watcher.changes.yield(change)
        }
    }
}
