package import struct Foundation.TimeZone

/// Which time zones a country has, from the table that `scripts/fetch-assets` makes out of the time zone database: lines of a region and its zones,
/// with tabs between. Zones whose clocks agree stand there once; docs/decisions/0033.
package struct RegionZones: Sendable {
    private let zones: [String: [TimeZone]]

    /// Knows no country.
    package static let none = RegionZones(zones: [:])

    private init(zones: [String: [TimeZone]]) { self.zones = zones }

    /// Throws ``RegionZoneTableProblem`` for a line that isn't one of the table's.
    package init(table: [UInt8]) throws(RegionZoneTableProblem) {
        var zones: [String: [TimeZone]] = [:]
        for (index, line) in table.split(separator: UInt8(ascii: "\n")).enumerated() {
            let fields = line.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
            let known = fields.dropFirst().compactMap { TimeZone(identifier: $0) }
            guard fields[0].utf8.count == 2, known.count == fields.count - 1, !known.isEmpty else { throw .init(line: index + 1) }
            zones[fields[0]] = known
        }
        self.zones = zones
    }

    /// Of an ISO 3166-1 code, the largest first; none when nothing is known of it.
    package subscript(region: String?) -> [TimeZone] { region.flatMap { zones[$0] } ?? [] }

    package var regions: [String] { zones.keys.sorted() }
}

/// A table of time zones that isn't one, or names one that this machine doesn't know.
package struct RegionZoneTableProblem: Error {
    /// From 1.
    package let line: Int
}
