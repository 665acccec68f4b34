package import Domain
internal import Foundation
internal import Synchronization

/// A place where the crash tests kill the process, as a power cut or the kernel would: `CrashPoint.reach(.afterClaim)`.
///
/// Nothing happens unless the process was started with `SWITCHBOARD_CRASH_POINT=<label>:<n>`, and then only when the place is reached for the
/// n-th time. Until then a call costs one relaxed load.
package enum CrashPoint: String, CaseIterable, Sendable {
    /// Messages are claimed and that is committed; no attempt exists.
    case afterClaim = "after-claim"
    /// The attempt is committed; not a byte of its call was written.
    case beforeCall = "before-call"
    /// The provider has answered; nobody but this process knows.
    case afterCall = "after-call"
    /// The answer is judged; the write that records it hasn't begun.
    case beforeRecord = "before-record"
    /// Inside a transaction that records an answer, after its last statement.
    case midCommit = "mid-commit"
    /// Inside a transaction that stores webhooks, after its last statement.
    case midIntake = "mid-intake"
    /// Webhooks are committed; the provider hasn't got its 200.
    case afterIntake = "after-intake"

    package static let environmentName = "SWITCHBOARD_CRASH_POINT"

    /// The point's place among all from 1; 0 while nothing is armed.
    private static let armed = Atomic(0)
    /// How often the armed point is still to be reached.
    private static let remaining = Atomic(0)

    private var number: Int { Self.allCases.firstIndex(of: self)! + 1 }

    /// Called once, when the process starts, with what the environment has.
    package static func arm(_ text: String?) throws(CrashPointProblem) {
        guard let text, !text.isEmpty else { return }
        let (point, times) = try parse(text)
        remaining.store(times, ordering: .relaxed)
        armed.store(point.number, ordering: .releasing)
    }

    static func parse(_ text: String) throws(CrashPointProblem) -> (point: CrashPoint, times: Int) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let point = CrashPoint(rawValue: String(parts[0])), let times = Int(parts[1]), times >= 1 else {
            throw CrashPointProblem(text: text)
        }
        return (point, times)
    }

    package static func reach(_ point: CrashPoint) {
        let armed = armed.load(ordering: .relaxed)
        guard armed != 0, armed == point.number else { return }
        if remaining.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
    }
}

package struct CrashPointProblem: Problem, Equatable {
    let text: String

    package var kind: ProblemKind { .invalid }
    package var code: String { "crash-point.malformed" }
    package var detail: String {
        """
        \(CrashPoint.environmentName) isn't right: write a label, a colon and a number from 1, such as after-call:3. \
        The labels are \(CrashPoint.allCases.map(\.rawValue).joined(separator: ", ")).
        """
    }
}
