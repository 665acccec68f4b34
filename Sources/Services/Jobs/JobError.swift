internal import Domain
internal import Store

/// Why a try of a job failed, as the person reads it who decides what becomes of the job.
enum JobError {
    /// Characters kept; a provider's own words may be long.
    private static let limit = 300

    static func words(for error: any Error) -> String {
        String(sentence(for: error).prefix(limit))
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let problem as JobProblem: problem.reason
        case let problem as any Problem: problem.detail
        case let error as StoreError where error.isOutage: "The database couldn't be used."
        case is DecodingError: "What was to be done can't be read by this version."
        default: "Something unexpected came in between. The server's log has more under the id of this piece of work."
        }
    }
}
