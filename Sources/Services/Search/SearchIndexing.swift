internal import Domain
internal import Store

/// A kind of thing that is found: which events tell of it. How its words are read is in ``SearchSourceTable``.
private struct SearchSource: Sendable {
    let kind: SearchDocument.Kind
    /// Ids of what has to be looked at again.
    let subjects: @Sendable ([Event], SearchSourceTable) throws -> Set<String>

    /// In the order in which an index is made.
    static let all = [messages, contacts, notes]

    static let messages = SearchSource(kind: .message) { events, _ in
        Set(events.filter(\.isAboutWords).compactMap { $0.messageID?.text })
    }

    static let notes = SearchSource(kind: .note) { events, _ in
        Set(
            events.filter { $0.kind == EventKind.noteCreated.rawValue || $0.kind == EventKind.noteUpdated.rawValue }.compactMap(\.subjectID)
        )
    }

    static let contacts = SearchSource(kind: .contact) { events, table in
        var contacts = try table.contacts(of: Set(events.filter(\.isNewMessage).compactMap { $0.messageID?.text }))
        for event in events {
            guard let subject = event.subjectID else { continue }
            if event.kind == EventKind.contactUpdated.rawValue { contacts.insert(subject) }
            if let lines = event.importedLines { contacts.formUnion(try table.contacts(of: subject, lines: lines)) }
        }
        return contacts
    }

    /// The kind after this in an index that is being made; nil at the end.
    static func kind(after kind: String) -> SearchDocument.Kind? {
        guard let place = all.firstIndex(where: { $0.kind.rawValue == kind }) else { return nil }
        return place + 1 < all.count ? all[place + 1].kind : nil
    }
}

extension Event {
    fileprivate var isNewMessage: Bool { kind == EventKind.messageReceived.rawValue || kind == EventKind.messageQueued.rawValue }

    /// The lines of a file of contacts that were just taken.
    fileprivate var importedLines: ClosedRange<Int>? {
        guard kind == EventKind.importUpdated.rawValue, let parts = cause?.split(separator: "-"), parts.count == 2,
            let first = Int(parts[0]), let last = Int(parts[1]), first <= last
        else { return nil }
        return first...last
    }

    /// What becomes of a message changes often, its words seldom.
    fileprivate var isAboutWords: Bool {
        isNewMessage || (kind == EventKind.messageUpdated.rawValue && ["edit", "revoke", "cancelled"].contains(cause))
    }
}

/// One step of work on one search index: what is to be written is read and taken apart first, so that the transaction that writes is short. It
/// takes the index and sees that it is still where it was read, so that one process at a time goes on with it; and the place it has come to
/// changes together with what was written, so that whoever goes on finds it whole.
struct SearchStep: Sendable {
    /// Rows removed in one step.
    private static let removeLimit = 1_000

    /// As it was found.
    let index: SearchIndexTable.Index
    /// Things walked through, or events read, in one step.
    let limit: Int
    /// Words that are in the vocabulary for certain, by kind.
    let known: [String: Set<String>]

    /// What is to be written.
    struct Work: Sendable {
        fileprivate var documents: [(kind: SearchDocument.Kind, documents: [SearchDocument])] = []
        /// Where the index has come to then.
        fileprivate var place: SearchIndexTable.Index
        fileprivate var hasMore = false
        fileprivate var isExpired = false
        fileprivate var isWalk = false
    }

    struct Outcome: Sendable {
        /// Whether there is more to do at once.
        var hasMore = false
        var words: [String: Set<String>] = [:]
        /// Things that the walk has seen; nil unless it walked.
        var walked: Int?
        /// Whether there is another index now, or one less to search.
        var changesIndexes = false
    }

    private var access: Access { .system("search", in: index.workspaceID) }

    // MARK: Reading

    func read(in transaction: any Transaction) throws -> Work {
        switch index.state {
        case .retired: Work(place: index)
        // One in use walks too, through a kind of thing that it didn't know before.
        case .building where !index.walkedKind.isEmpty, .live where !index.walkedKind.isEmpty: try walk(transaction)
        case .building, .live: try follow(transaction)
        }
    }

    /// Goes on through what there is.
    private func walk(_ transaction: any Transaction) throws -> Work {
        guard let kind = SearchDocument.Kind(rawValue: index.walkedKind) else { throw StoreError.columnMismatch(5) }
        let documents = try SearchSourceTable(transaction, access).documents(kind, after: index.walkedID, limit: limit)
        var work = Work(documents: [(kind, documents)], place: index, hasMore: true, isWalk: true)
        work.place.documents += documents.count
        if documents.count < limit {
            (work.place.walkedKind, work.place.walkedID) = (SearchSource.kind(after: kind.rawValue)?.rawValue ?? "", "")
        } else {
            work.place.walkedID = documents[documents.count - 1].id
        }
        return work
    }

    /// Reads on in the event log.
    private func follow(_ transaction: any Transaction) throws -> Work {
        let events = EventTable(transaction, access)
        var work = Work(place: index)
        if let horizon = try events.horizon(), index.cursor < horizon {
            // Events that it hasn't read are gone. What it has is searched until another is made.
            work.place.cursor = try events.end()
            work.isExpired = true
            return work
        }
        let page = try events.page(after: index.cursor, limit: limit)
        let read = Self.bounded(page.events)
        work.hasMore = page.isFull || read.count < page.events.count
        let sources = SearchSourceTable(transaction, access)
        work.documents = try SearchSource.all.map { ($0.kind, try sources.documents($0.kind, $0.subjects(Array(read), sources))) }
        let isWhole = read.count == page.events.count
        if let end = isWhole ? page.end : read.last?.cursor { work.place.cursor = end }
        return work
    }

    /// An event of an import stands for hundreds of contacts, so only a few of them are read at once.
    private static func bounded(_ events: [Event]) -> ArraySlice<Event> {
        let imports = events.indices.filter { events[$0].importedLines != nil }
        return imports.count > importLimit ? events[...imports[importLimit - 1]] : events[...]
    }

    /// Events of imports in one step.
    private static let importLimit = 4

    // MARK: Writing

    func write(_ work: Work, in transaction: any Transaction, now: SearchIndexer.Moment) throws -> Outcome {
        let table = SearchIndexTable(transaction)
        // Another process went on with it meanwhile.
        guard try table.take(index.generation, in: index.workspaceID) == index else { return Outcome() }
        if index.state == .retired { return Outcome(hasMore: try table.remove(index, limit: Self.removeLimit)) }
        var (place, outcome) = (work.place, Outcome(hasMore: work.hasMore))
        if work.isExpired {
            if index.state == .building {
                (place.walkedKind, place.walkedID, place.documents) = (SearchSource.all[0].kind.rawValue, "", 0)
            } else {
                try table.begin(in: index.workspaceID, from: place.cursor, kind: SearchSource.all[0].kind.rawValue, now: now)
            }
            outcome = Outcome(hasMore: true, changesIndexes: true)
        }
        for (kind, documents) in work.documents {
            outcome.words[kind.rawValue] = try SearchWriteTable(transaction, index).save(
                documents, kind: kind, known: known[kind.rawValue] ?? [])
        }
        if work.isWalk { outcome.walked = place.documents }
        if place != index { try table.save(place) }
        if index.state == .building, index.walkedKind.isEmpty, !work.hasMore, !work.isExpired {
            // All that happened while it was made is in it.
            try table.finish(place, now: now)
            outcome.changesIndexes = true
        }
        return outcome
    }

    /// What a new index begins with.
    static func begin(in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: SearchIndexer.Moment) throws {
        let end = try EventTable(transaction, .system("search", in: workspaceID)).end()
        try SearchIndexTable(transaction).begin(in: workspaceID, from: end, kind: SearchSource.all[0].kind.rawValue, now: now)
    }
}
