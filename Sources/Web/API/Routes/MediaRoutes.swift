package import Domain
internal import HTTPTypes
package import Hummingbird
internal import NIOCore
package import Services

/// `/api/v1/media`: files to send, and files that came in. Both directions in pieces, never a whole file in memory.
struct MediaRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .post, "/api/v1/media", allows: .grant(.messagesSend),
                operation: Operation(
                    "uploadMedia", tag: "Media", "Stores a file to be sent; the body is the file itself",
                    query: [
                        .init("filename", Schema.text(), "What the customer sees of a document."),
                        .init(
                            "voice", Schema.bool(),
                            "Whether it is a recording to be sent as a voice message: WebM, Ogg or MP4, made Opus in Ogg where ffmpeg is installed."
                        ),
                    ], bodyType: "*/*",
                    answer: .one(MediaBody.self, status: 201, "The file."),
                    problems: [
                        MediaProblem.empty, MediaProblem.tooLarge(limit: 0, of: nil), MediaProblem.quotaReached(limit: 0),
                        VoiceProblem.converterMissing(.webM), VoiceProblem.typeUnsupported(.pdf), VoiceProblem.unreadable,
                    ]),
                respond: upload),
            Route(
                .get, "/api/v1/media/{media}", allows: .grant(.conversationsView),
                operation: Operation(
                    "getMedia", tag: "Media", "The bytes of a file; takes Range", answer: .other("application/octet-stream", "The file."),
                    problems: [MediaProblem.missing, MediaProblem.pending, MediaProblem.unavailable]), respond: download),
        ]
    }

    @Sendable private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["filename", "voice"])
        let isVoice = try query.flag("voice")
        let declared = request.headers[.contentType]
        if let declared, declared.lowercased().hasPrefix("multipart/") {
            throw RequestProblem.contentTypeWrong(expected: "the file itself, with its own Content-Type such as image/jpeg")
        }
        let (media, access) = (services.media, context.access)
        let pieces = BodyPieces(body: request.body)
        let received =
            isVoice
            ? try await media.receiveVoice(pieces, mimeType: declared, access: access)
            : try await media.receive(pieces, filename: query["filename"], mimeType: declared, access: access)
        // The digest stands for the bytes, which are on disk by now.
        let idempotency = try Idempotency(
            request, body: Array("\(received.digest.sha256) \(query["filename"] ?? "") \(declared ?? "")".utf8))
        let done = try await services.idempotentWrites.perform(idempotency, access: access) { transaction in
            try media.keep(received, access: access, in: transaction)
            return (try KeptAnswer(MediaBody(received.file), status: .created), true)
        }
        if done.made != nil { media.announce(received, access: access) }
        return done.answer.response
    }

    @Sendable private func download(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try await MediaResponse.make(services.media, context.id("media", of: MediaFile.self), request, access: context.access)
    }
}

/// The bytes of a stored file as an answer; the API and the pages give them out alike.
package enum MediaResponse {
    package static func make(_ media: MediaService, _ id: Identifier<MediaFile>, _ request: Request, access: Access) async throws
        -> Response
    {
        make(try await media.open(id, range: request.headers[.range], access: access), request)
    }

    package static func make(_ opened: OpenedMedia, _ request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: opened.contentType, .contentDisposition: opened.contentDisposition, .eTag: opened.entityTag,
            .acceptRanges: "bytes",
            // Whatever is in it, it runs nothing and reads nothing of ours.
            .contentSecurityPolicy: "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
            // Asked about each time, so that nothing shows after signing out; the answer is a 304 then.
            .xContentTypeOptions: "nosniff", .cacheControl: "private, no-cache",
        ]
        if request.headers[.ifNoneMatch] == opened.entityTag { return Response(status: .notModified, headers: headers) }
        if opened.isPart { headers[.contentRange] = opened.contentRange }
        headers[.contentLength] = String(opened.range.count)
        let body: ResponseBody =
            request.method == .head
            ? .init()
            : .init(contentLength: opened.range.count) { writer in
                for try await piece in opened.pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            }
        return Response(status: opened.isPart ? .partialContent : .ok, headers: headers, body: body)
    }
}

/// A request's body as the pieces that the storage takes.
struct BodyPieces: AsyncSequence, Sendable {
    let body: RequestBody

    func makeAsyncIterator() -> Iterator { Iterator(base: body.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator

        mutating func next() async throws -> [UInt8]? { try await base.next().map { Array(buffer: $0) } }
    }
}
