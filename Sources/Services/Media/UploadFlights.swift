internal import Domain
internal import Synchronization

/// Uploads to providers that are under way: one per file and sender.
final class UploadFlights: Sendable {
    struct Key: Hashable, Sendable {
        let workspace: Identifier<Workspace>
        let media: Identifier<MediaFile>
        let sender: Identifier<Sender>
    }

    private let tasks = Mutex<[Key: Task<String, any Error>]>([:])

    /// Goes on when a caller is cancelled: others may wait for the same.
    func join(_ key: Key, _ upload: @escaping @Sendable () async throws -> String) async throws -> String {
        let task = tasks.withLock { tasks in
            if let task = tasks[key] { return task }
            let task = Task {
                defer { self.tasks.withLock { $0[key] = nil } }
                return try await upload()
            }
            tasks[key] = task
            return task
        }
        return try await task.value
    }
}
