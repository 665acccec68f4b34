internal import AsyncHTTPClient
package import Domain
internal import NIOCore
internal import NIOHTTP1

extension MetaChannel {
    /// Largest file that is fetched, in bytes: Meta's own limit for documents, its largest kind.
    package static let downloadLimit = 100 * 1_024 * 1_024

    /// Uploads a file as multipart, piece by piece (Meta, "Media", read 2026-11). Safe to repeat: an upload that got lost is never used.
    package func upload(_ file: OutboundFile, from sender: SenderRoute) async throws -> String {
        let body = MultipartBody(file)
        var request = graph.request(.POST, "\(GraphClient.escape(sender.senderProviderID))/media", token: sender.secrets.accessToken)
        request.headers.add(name: "content-type", value: body.contentType)
        request.body = .stream(body, length: .known(Int64(body.byteCount)))
        let upload = request
        let answer = try await asking { () throws(GraphFailure) in try await graph.answer(upload, nil, timeout: timeouts.upload) }
        guard let id = answer["id"]?.identifier else { throw ChannelProblem.temporary("the answer can't be read") }
        return id
    }

    /// Asks for a fresh address, which holds for five minutes, and fetches the file from it.
    package func download(
        providerMediaID: String, from sender: SenderRoute, _ receive: @Sendable (DownloadPart) async throws -> Void
    ) async throws {
        let token = sender.secrets.accessToken
        let node = try await asking { () throws(GraphFailure) in
            try await graph.get(
                GraphClient.escape(providerMediaID), query: [("phone_number_id", sender.senderProviderID)], token: token)
        }
        guard let address = node["url"]?.text else { throw ChannelProblem.permanent("the file has no address") }
        if let size = node["file_size"]?.whole { try Self.checkSize(Int(size)) }
        // The token goes nowhere else, whatever an answer says.
        guard let url = MediaAddress.trusted(address, graphRoot: graph.root) else {
            throw ChannelProblem.permanent("the file's address isn't one of Meta's")
        }

        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "user-agent", value: "switchboard")
        let response: HTTPClientResponse
        do {
            response = try await graph.client.execute(request, timeout: TimeAmount(timeouts.answer))
        } catch {
            throw ChannelProblem.temporary(GraphClient.reason(error))
        }
        switch response.status.code {
        case 200: break
        case 401, 403: throw ChannelProblem.credentials("the server answered \(response.status.code)")
        case 429, 500...599: throw ChannelProblem.temporary("the server answered \(response.status.code)")
        case let status: throw ChannelProblem.permanent("the server answered \(status)")
        }
        try await pass(response, mimeType: node["mime_type"]?.text, receive)
    }

    private func pass(
        _ response: HTTPClientResponse, mimeType: String?, _ receive: @Sendable (DownloadPart) async throws -> Void
    ) async throws {
        let announced = response.headers.first(name: "content-length").flatMap { Int($0) }
        if let announced { try Self.checkSize(announced) }
        try await receive(.head(mimeType: mimeType ?? response.headers.first(name: "content-type"), byteCount: announced))
        var received = 0
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await pieces.next() } catch { throw ChannelProblem.temporary(GraphClient.reason(error)) }
            guard let piece else { return }
            received += piece.readableBytes
            try Self.checkSize(received)
            try await receive(.piece(Array(piece.readableBytesView)))
        }
    }

    private static func checkSize(_ byteCount: Int) throws(ChannelProblem) {
        guard byteCount <= downloadLimit else { throw .permanent("the file is larger than \(downloadLimit / 1_024 / 1_024) MB") }
    }
}
