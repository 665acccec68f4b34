package import Domain

extension PhoneNumbers {
    /// What is built into the program. A test reads all of it.
    package static let embedded =
        EmbeddedAssets.all.files["vendor/phone-numbers.txt"].flatMap { try? PhoneNumbers(table: Array($0.bytes)) } ?? .none
}

extension RegionZones {
    /// What is built into the program. A test reads all of it.
    package static let embedded =
        EmbeddedAssets.all.files["vendor/time-zones.txt"].flatMap { try? RegionZones(table: Array($0.bytes)) } ?? .none
}

extension PhoneNumber {
    /// As people read it on pages: `+49 1512 3456789`.
    var display: String { PhoneNumbers.embedded.display(self) }
}

extension Contact {
    /// What to call the person on pages.
    var title: String { title(\.display) }
}
