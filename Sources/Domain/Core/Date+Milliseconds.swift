package import struct Foundation.Date

extension Date {
    /// Since 1970 UTC, to the nearest, as the database keeps them.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded()) }
}
