internal import OrderedCollections

package import struct Foundation.Date

extension SimulatorSeed {
    /// One message from before the start: it stands in the chat, opens its window if that hasn't ended, and can be answered and read.
    package struct PastMessage: Sendable {
        /// The business number's id.
        package let number: String
        package let id: String
        package let fromCustomer: Bool
        package let at: Date
        package let type: String
        /// The object under its type, as a phone shows it.
        package let content: JSON
        package let context: String?
        /// Whether the other side has read it.
        package let isRead: Bool

        package init(
            number: String, id: String, fromCustomer: Bool, at: Date, type: String, content: JSON, context: String?, isRead: Bool
        ) {
            (self.number, self.id, self.fromCustomer, self.at, self.type) = (number, id, fromCustomer, at, type)
            (self.content, self.context, self.isRead) = (content, context, isRead)
        }
    }

    /// The id under which a business account sees a person, who is named by digits, or by a username without a number.
    package static func userID(of person: String, country: String?, seenBy account: String) -> String {
        let country = country ?? PhoneDigits.country(person)?.country ?? "US"
        return businessScopedID(country: country, of: person, seenBy: BusinessAccount.portfolio(of: account))
    }
}

extension World {
    /// Puts a message of the seed into a phone's chat. Nobody is told.
    mutating func recall(_ past: SimulatorSeed.PastMessage, on phone: Phone) {
        guard let number = numbers[past.number], let account = accounts[number.account] else { return }
        let at = Int(past.at.timeIntervalSince1970 * 1_000)
        var message = ChatMessage(
            id: past.id, fromCustomer: past.fromCustomer, at: at, type: past.type, content: past.content, context: past.context)
        message.readByBusiness = past.fromCustomer && past.isRead
        phones[phone.id]?.chats[number.id, default: Chat()].append(message)
        if past.fromCustomer {
            inboundPhone[past.id] = phone.id
            let last = pairs[number.id, phone.address].lastInbound ?? 0
            pairs[number.id, phone.address].lastInbound = max(last, min(at, now))
        } else {
            if !past.isRead { phones[phone.id]?.chats[number.id]?.unread += 1 }
            // Not in the ledger: it wasn't this run of the simulator that accepted it.
            sent[past.id] = SentMessage(
                id: past.id, number: number.id, account: account.id, phone: phone.id, recipientID: phone.number,
                userID: userID(of: phone, seenBy: account), type: past.type, content: past.content, context: past.context,
                callbackData: nil,
                category: "service", stage: past.isRead ? .read : .delivered, ledgerPlace: 0)
        }
    }
}
