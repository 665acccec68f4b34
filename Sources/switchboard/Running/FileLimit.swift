internal import Foundation

/// How many files and connections this process may have open.
enum FileLimit {
    /// Each open page of an agent is a connection; distributions begin with 1,024.
    private static let wanted: rlim_t = 65_536

    /// Raises the soft limit as far as the hard one lets it.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
