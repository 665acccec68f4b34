package import Foundation

/// What merge fields stand for in one message to one person. A field that isn't here isn't known.
package struct MergeContext: Sendable, Equatable {
    package var values: [MergeField: MergeValue]
    /// Where days begin.
    package let zone: TimeZone

    package init(_ values: [MergeField: MergeValue] = [:], zone: TimeZone = .gmt) { (self.values, self.zone) = (values, zone) }

    package subscript(field: MergeField.Known) -> MergeValue? {
        get { values[.known(field)] }
        set { values[.known(field)] = newValue }
    }

    /// Blank is not known.
    package mutating func set(_ field: MergeField.Known, _ text: String?) { self[field] = text?.oneLine.map(MergeValue.text) }

    package mutating func add(_ contact: DirectoryContact) {
        let name = contact.contact.name?.oneLine
        set(.contactName, name)
        set(.contactFirstName, name?.firstWord)
        set(.contactPhone, contact.contact.phoneNumber?.text)
        set(.contactCompany, contact.fields.company)
        set(.contactAddress, contact.fields.address)
        set(.contactCity, contact.fields.city)
        set(.contactState, contact.fields.state)
        set(.contactCountry, contact.fields.country)
        set(.contactDescription, contact.fields.description)
    }

    /// Of whoever sends.
    package mutating func addAgent(name: String?, email: String?) {
        set(.agentName, name)
        set(.agentFirstName, name?.oneLine?.firstWord)
        set(.agentEmail, email)
    }

    package mutating func add(_ sender: Sender) {
        set(.senderName, sender.displayName ?? sender.name)
        set(.senderPhone, sender.phoneNumber.text)
    }

    /// - Parameter columns: of the file, by their headings.
    package mutating func add(columns: [String: String]) {
        for (heading, text) in columns { values[.column(heading)] = text.oneLine.map(MergeValue.text) }
    }
}
