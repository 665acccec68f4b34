package import Foundation

/// The time of the simulated world: a source, plus the offset that tests set.
package struct SimulatorClock: Sendable {
    private let source: @Sendable () -> Date

    package static let system = SimulatorClock { Date() }

    package init(_ source: @escaping @Sendable () -> Date) {
        self.source = source
    }

    /// Milliseconds since 1970, without the offset.
    package func milliseconds() -> Int {
        Int(source().timeIntervalSince1970 * 1_000)
    }
}
