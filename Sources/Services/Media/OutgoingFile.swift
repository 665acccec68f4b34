internal import Foundation
internal import Synchronization

/// A file that is being read; closed when its stream is let go.
final class OutgoingFile: Sendable {
    let descriptor: Int32
    let byteCount: Int

    init(path: String) throws {
        descriptor = try FileCalls.open(path, O_RDONLY)
        do {
            byteCount = try FileCalls.size(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }
}

/// Where a reader stands. Only its stream moves it, one piece after the other.
final class ReadingPlace: Sendable {
    private let offset: Atomic<Int>

    init(_ offset: Int) { self.offset = Atomic(offset) }

    var value: Int {
        get { offset.load(ordering: .acquiring) }
        set { offset.store(newValue, ordering: .releasing) }
    }
}
