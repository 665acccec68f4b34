package import Foundation
internal import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: Sendable {
    private let moment: Mutex<Date>

    package init(_ start: Date = Date(timeIntervalSince1970: 1_790_000_000)) { moment = Mutex(start) }

    package var now: Date { moment.withLock { $0 } }

    package func advance(by seconds: Double) { moment.withLock { $0 = $0.addingTimeInterval(seconds) } }
}
