internal import Synchronization

/// Notes whether the HTTP client has begun to send a request's body.
///
/// This is what tells "nothing left" from "nobody knows": the client takes the bytes of a body only once a connection stands and the head
/// is written, and a POST whose announced body never came can't have been carried out. So a call that failed with its body untouched is
/// proven not to have happened, whatever the error was: a refused connection, a name that doesn't resolve, a failed TLS handshake, a full pool,
/// a cancelled task. Anything after that is unknown. Should a later version of the client take the bytes earlier, answers become
/// `unknown` that could have been `unreachable`: the safe side, and a test notices.
final class DepartureNote: Sendable {
    private let begun = Atomic<Bool>(false)

    var hasBegun: Bool { begun.load(ordering: .acquiring) }
    func begin() { begun.store(true, ordering: .releasing) }
}

/// The bytes of a request that note their departure when somebody reads them.
struct NotedBytes: RandomAccessCollection, Sendable {
    private let bytes: [UInt8]
    private let note: DepartureNote

    init(_ bytes: [UInt8], _ note: DepartureNote) { (self.bytes, self.note) = (bytes, note) }

    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }

    subscript(position: Int) -> UInt8 {
        note.begin()
        return bytes[position]
    }

    func withContiguousStorageIfAvailable<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result? {
        note.begin()
        return try bytes.withUnsafeBufferPointer(body)
    }
}
