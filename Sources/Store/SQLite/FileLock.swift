internal import Foundation
internal import Synchronization

/// A lock on a file of its own (`flock`): the kernel lets go of it when the process ends, however it ends.
package final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Fails when another process, or another lock of this one, holds it.
    package init?(path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.unavailable("The lock file \(path) can't be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            Foundation.close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw StoreError.unavailable("The lock file \(path) can't be locked: \(String(cString: strerror(reason))).")
            }
            return nil
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    package func release() {
        descriptor.withLock { descriptor in
            // The file stays: removing it would let two others lock two files of the same name.
            if let open = descriptor.take() { Foundation.close(open) }
        }
    }
}
