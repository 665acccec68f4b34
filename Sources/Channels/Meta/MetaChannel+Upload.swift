internal import AsyncHTTPClient
internal import Domain
internal import NIOCore
internal import NIOHTTP1

/// A file for Meta to keep, whole in memory: logos and examples are small.
struct ResumableFile: Sendable {
    let filename: String
    let mimeType: String
    let bytes: [UInt8]
}

/// Files that Meta takes piece by piece, and names by a handle (Meta, "Resumable upload", read 2026-11).
extension MetaChannel {
    /// Makes a call and reads its answer, with refusals as the caller's own problems.
    typealias Calling = (() async throws(GraphFailure) -> GraphAnswer) async throws -> JSONNode

    /// Times that an upload goes on after its connection broke.
    private static let resumptions = 2
    /// Bytes of an upload's id.
    private static let sessionLimit = 4_096

    /// In one go, and on from where it broke. Returns the handle by which the file can be used.
    func upload(_ file: ResumableFile, appID: String, token: String, _ calling: Calling) async throws -> String {
        let query = [("file_name", file.filename), ("file_length", "\(file.bytes.count)"), ("file_type", file.mimeType)]
        let parameters = query.map { "\($0)=\(GraphClient.escape($1))" }.joined(separator: "&")
        let begun = try await calling { () throws(GraphFailure) in
            try await graph.answer(graph.request(.POST, "\(GraphClient.escape(appID))/uploads?\(parameters)", token: token), nil)
        }
        // It has a query of its own, so it goes into the path as it is.
        guard let session = begun["id"]?.text, session.hasPrefix("upload:"), session.utf8.count <= Self.sessionLimit,
            session.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else { throw ChannelProblem.temporary("the answer can't be read") }
        var offset = 0
        for attempt in 0...Self.resumptions {
            do {
                let answer = try await calling { [offset] () throws(GraphFailure) in
                    var request = graph.request(.POST, session, token: token)
                    request.headers.add(name: "file_offset", value: "\(offset)")
                    request.headers.add(name: "content-type", value: "application/octet-stream")
                    request.body = .bytes(ByteBuffer(bytes: file.bytes[offset...]))
                    return try await graph.answer(request, nil, timeout: timeouts.upload)
                }
                if let handle = answer["h"]?.text, !handle.isEmpty { return handle }
            } catch ChannelProblem.temporary(let reason) where attempt == Self.resumptions {
                throw ChannelProblem.temporary(reason)
            } catch ChannelProblem.temporary {
                // What arrived is asked for below.
            }
            let state = try await asking { () throws(GraphFailure) in
                try await graph.answer(graph.request(.GET, session, token: token), nil)
            }
            guard let received = state["file_offset"]?.whole, (0...Int64(file.bytes.count)).contains(received) else { break }
            offset = Int(received)
        }
        throw ChannelProblem.temporary("the upload didn't come to its end")
    }
}
