internal import Hummingbird
internal import NIOCore

extension Request {
    /// From the first look at a body until it has to be there. Nothing that comes this way is more than a few megabytes; files have a way of
    /// their own.
    static let bodyTime: Duration = .seconds(30)

    /// Reads the whole body. Looks at the time whenever a part has come: a client that sends nothing at all is the idle timeout's.
    func bytes(upTo limit: Int, within time: Duration = Self.bodyTime) async throws -> ByteBuffer {
        let deadline = ContinuousClock.now + time
        var bytes = ByteBuffer()
        for try await var part in body {
            guard bytes.readableBytes + part.readableBytes <= limit else { throw RequestProblem.bodyTooLarge(limit: limit) }
            if bytes.readableBytes == 0 { bytes = part } else { bytes.writeBuffer(&part) }
            guard ContinuousClock.now < deadline else { throw RequestProblem.bodyTooSlow }
        }
        return bytes
    }
}
