internal import Domain
internal import Store

internal import struct Foundation.Date

/// Finds the person behind each message, or makes them, and learns the identities that came along.
///
/// A business-scoped id names a person most surely; then the phone. A number that arrives with another business-scoped id of the same portfolio has
/// a new owner: it moves to them, and the history stays where it was.
struct IntakePeople {
    struct Person {
        let contactID: Identifier<Contact>
        /// The conversation with the sender at hand, when there is one.
        let conversationID: Identifier<Conversation>?
    }

    private let table: IntakeTable
    private let now: Date
    private var known: [IntakeTable.Sought: IntakeTable.Known]
    /// People made or found under an identity by an earlier message of this transaction.
    private var people: [Key: Identifier<Contact>] = [:]
    private var changed: [Identifier<Contact>: IntakeTable.ContactRow] = [:]
    private var learned: [Key: IntakeTable.IdentityRow] = [:]
    private var moved: [Key: IntakeTable.IdentityRow] = [:]

    private struct Key: Hashable {
        let workspaceID: Identifier<Workspace>
        let identity: ContactIdentity.Kind
        let matchKey: String

        init(_ workspaceID: Identifier<Workspace>, _ identity: KeyedIdentity) {
            (self.workspaceID, self.identity, matchKey) = (workspaceID, identity.identity.kind, identity.matchKey)
        }
    }

    /// An identity with its match key, made once.
    private struct KeyedIdentity {
        let identity: ContactIdentity
        let matchKey: String

        init(_ identity: ContactIdentity) { (self.identity, matchKey) = (identity, identity.matchKey) }
    }

    init(_ messages: [(item: RoutedItem, message: InboundMessage)], table: IntakeTable, now: Date) throws {
        (self.table, self.now) = (table, now)
        var sought: Set<IntakeTable.Sought> = []
        for (item, message) in messages {
            for identity in Self.identities(of: message, item) + Self.newIdentities(in: message, item) {
                sought.insert(Self.sought(identity, item))
            }
        }
        known = try table.find(Array(sought))
    }

    /// The surest first.
    private static func identities(of message: InboundMessage, _ item: RoutedItem) -> [KeyedIdentity] {
        if let groupID = message.groupID { return [KeyedIdentity(.group(groupID))] }
        var identities: [KeyedIdentity] = []
        if let id = message.from.businessScopedID {
            identities.append(KeyedIdentity(.businessScoped(id: id, portfolio: item.connection.businessAccountID)))
        }
        if let phone = message.from.phone { identities.append(KeyedIdentity(.phone(phone))) }
        return identities
    }

    /// Those that the person has from now on, by a notice of the platform's.
    private static func newIdentities(in message: InboundMessage, _ item: RoutedItem) -> [KeyedIdentity] {
        guard case .system(let system) = message.content else { return [] }
        var identities = system.newPhone.map { [KeyedIdentity(.phone($0))] } ?? []
        if let id = system.newBusinessScopedID {
            identities.append(KeyedIdentity(.businessScoped(id: id, portfolio: item.connection.businessAccountID)))
        }
        return identities
    }

    mutating func resolve(_ item: RoutedItem, _ message: InboundMessage) throws -> Person {
        let workspaceID = item.sender.workspaceID
        let identities = Self.identities(of: message, item)
        guard !identities.isEmpty else { throw IntakeDefect.nobody }

        let contactID = try owner(of: identities, item)
        let id = contactID ?? .make(at: now)
        for identity in identities + Self.newIdentities(in: message, item) { learn(identity, for: id, in: workspaceID, item) }
        let found = identities.lazy.compactMap { [known] in known[Self.sought($0, item)] }.first { $0.contactID == id }
        describe(id, by: message, found, isNew: contactID == nil, item)
        return Person(contactID: id, conversationID: found?.conversationID)
    }

    private func owner(of identities: [KeyedIdentity], _ item: RoutedItem) throws -> Identifier<Contact>? {
        let workspaceID = item.sender.workspaceID
        guard let owner = identities.lazy.compactMap({ contact(with: $0, item) }).first else { return nil }
        guard identities.count > 1, contact(with: identities[0], item) == nil else { return owner }
        // The phone is known, the business-scoped id isn't. If its owner has another one already, the number has changed hands.
        let learnedAnother = learned.values.contains { row in
            row.contactID == owner && row.workspaceID == workspaceID && row.identity.kind == .businessScoped
        }
        if learnedAnother { return nil }
        let isAnother = try table.hasBusinessScopedID(owner, portfolio: item.connection.businessAccountID, in: workspaceID)
        return isAnother ? nil : owner
    }

    private func contact(with identity: KeyedIdentity, _ item: RoutedItem) -> Identifier<Contact>? {
        people[Key(item.sender.workspaceID, identity)] ?? known[Self.sought(identity, item)]?.contactID
    }

    private static func sought(_ identity: KeyedIdentity, _ item: RoutedItem) -> IntakeTable.Sought {
        .init(
            workspaceID: item.sender.workspaceID, senderID: item.sender.id, kind: identity.identity.kind.rawValue,
            matchKey: identity.matchKey)
    }

    private mutating func learn(
        _ identity: KeyedIdentity, for id: Identifier<Contact>, in workspaceID: Identifier<Workspace>, _ item: RoutedItem
    ) {
        let key = Key(workspaceID, identity)
        let row = IntakeTable.IdentityRow(workspaceID: workspaceID, identity: identity.identity, contactID: id)
        switch contact(with: identity, item) {
        case id: break
        case nil: learned[key] = row
        case .some(let former):
            if learned[key] != nil { learned[key] = row } else { moved[key] = row }
            if identity.identity.kind == .phone { takeNumber(matching: identity.matchKey, from: former, in: workspaceID) }
        }
        people[key] = id
    }

    /// A number that has a new owner is no way to its former one: an answer to them would go to a stranger.
    private mutating func takeNumber(
        matching matchKey: String, from former: Identifier<Contact>, in workspaceID: Identifier<Workspace>
    ) {
        let before = changed[former]?.contact ?? known.values.first { $0.contactID == former }.map(Contact.init)
        guard let before, let number = before.phoneNumber, MatchKey(number).text == matchKey else { return }
        let after = Contact(
            id: former, name: before.name, phoneNumber: nil, username: before.username, businessScopedID: before.businessScopedID)
        changed[former] = .init(workspaceID: workspaceID, contact: after)
    }

    /// Brings the contact's row up to date when the provider says something new of the person.
    private mutating func describe(
        _ id: Identifier<Contact>, by message: InboundMessage, _ found: IntakeTable.Known?, isNew: Bool, _ item: RoutedItem
    ) {
        let from = message.groupID == nil ? message.from : InboundParty(phone: nil, businessScopedID: nil, username: nil, name: nil)
        if case .system = message.content {} else if let found, changed[id] == nil, found.says(all: from) { return }

        let before = changed[id]?.contact ?? found.map(Contact.init)
        var (newPhone, newID): (PhoneNumber?, String?) = (nil, nil)
        if case .system(let system) = message.content { (newPhone, newID) = (system.newPhone, system.newBusinessScopedID) }
        let after = Contact(
            id: id, name: from.name ?? before?.name, phoneNumber: newPhone ?? Self.newer(from.phone, than: before?.phoneNumber),
            username: from.username ?? before?.username,
            businessScopedID: newID ?? from.businessScopedID ?? before?.businessScopedID)
        if isNew || after != before { changed[id] = .init(workspaceID: item.sender.workspaceID, contact: after) }
    }

    /// A number is kept as it first came; only another one takes its place, since that is where the person writes from now.
    private static func newer(_ phone: PhoneNumber?, than known: PhoneNumber?) -> PhoneNumber? {
        guard let phone, let known else { return phone ?? known }
        return phone == known || MatchKey(phone) == MatchKey(known) ? known : phone
    }

    /// Writes what was made and learned; throws ``IntakeRace`` when another process learned one of the identities meanwhile.
    func save() throws {
        if !changed.isEmpty { try table.save(Array(changed.values), now: now) }
        guard !learned.isEmpty || !moved.isEmpty else { return }
        guard try table.learn(Array(learned.values), moved: Array(moved.values), now: now) else { throw IntakeRace() }
    }
}

extension IntakeTable.Known {
    /// Whether the party tells nothing that isn't known.
    fileprivate func says(all party: InboundParty) -> Bool {
        (party.name == nil || party.name == contactName) && (party.username == nil || party.username == username)
            && (party.businessScopedID == nil || party.businessScopedID == businessScopedID) && says(party.phone)
    }

    private func says(_ phone: PhoneNumber?) -> Bool {
        guard let phone else { return true }
        guard let phoneNumber else { return false }
        return phone.text == phoneNumber || (try? PhoneNumber(parsing: phoneNumber)).map(MatchKey.init) == MatchKey(phone)
    }
}

extension Contact {
    fileprivate init(_ known: IntakeTable.Known) {
        self.init(
            id: known.contactID, name: known.contactName, phoneNumber: known.phoneNumber.flatMap { try? PhoneNumber(parsing: $0) },
            username: known.username,
            businessScopedID: known.businessScopedID)
    }
}

enum IntakeDefect: Error {
    /// Neither a number nor an id says whom the message is from.
    case nobody
    /// The sender has as many parked events as are kept.
    case parkingFull
}

/// Gathers what each conversation gains, so that each row is written once however many messages came.
struct IntakeConversations {
    private struct Key: Hashable {
        let sender: Identifier<Sender>
        let contact: Identifier<Contact>
    }

    private let now: Date
    private var byKey: [Key: IntakeTable.ConversationRow] = [:]
    /// Conversations that weren't there.
    private var begun: Set<Identifier<Conversation>> = []

    init(now: Date) { self.now = now }

    var begunRows: [IntakeTable.ConversationRow] { byKey.values.filter { begun.contains($0.id) } }

    var rows: [IntakeTable.ConversationRow] { Array(byKey.values) }

    mutating func add(
        item: RoutedItem, person: IntakePeople.Person, messageID: Identifier<Message>, content: MessageContent, at: Date,
        handlers: inout IntakeHandlers
    ) throws -> Identifier<Conversation> {
        let key = Key(sender: item.sender.id, contact: person.contactID)
        let isNew = person.conversationID == nil
        var row =
            try byKey[key]
            ?? .init(
                workspaceID: item.sender.workspaceID, id: person.conversationID ?? .make(at: now), senderID: item.sender.id,
                contactID: person.contactID,
                unread: 0, last: nil, lastInboundAt: nil, assignment: isNew ? handlers.handler(of: item.sender) : .nobody)
        if isNew { begun.insert(row.id) }
        // A line that the platform wrote is no sign of life: it neither opens the window nor waits to be read.
        if content.kind != .system {
            row.unread += 1
            row.lastInboundAt = max(row.lastInboundAt ?? at, at)
        }
        if row.last.map({ $0.at <= at }) ?? true {
            row.last = .init(
                id: messageID, kind: content.kind, media: content.mediaForm, direction: .inbound, status: .received,
                preview: content.preview, at: at)
        }
        byKey[key] = row
        return row.id
    }
}

/// Who is given the new conversations of each number. Whether they still can be is looked up once in a transaction, and only for numbers that have
/// somebody.
struct IntakeHandlers {
    private let transaction: any Transaction
    private let reception: IntakeReception
    private var known: [Identifier<Sender>: Assignment] = [:]

    init(_ transaction: any Transaction, _ reception: IntakeReception) { (self.transaction, self.reception) = (transaction, reception) }

    /// Nobody, too, where the person has left or the team is gone: then whoever is in the inbox takes it, as if nobody were chosen.
    mutating func handler(of sender: Sender) throws -> Assignment {
        let wanted = reception.handler(of: sender.id)
        guard wanted != .nobody else { return .nobody }
        if let handler = known[sender.id] { return handler }
        let problem = try AssignmentRules(transaction, .system("intake", in: sender.workspaceID)).problem(of: wanted)
        let handler = problem == nil ? wanted : .nobody
        known[sender.id] = handler
        return handler
    }
}
