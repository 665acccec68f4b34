internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Files of a workspace as its pages use them: pictures in bubbles, and what the composer uploads.
struct MediaPages: Sendable {
    let services: WebServices

    var routes: RouteSet {
        let media = "/app/{workspace}/whatsapp/media"
        return RouteSet(member: [
            Route(.post, media, allows: .grant(.messagesSend), respond: upload),
            Route(.post, "\(media)/voice", allows: .grant(.messagesSend), respond: record),
            Route(.get, "\(media)/{media}", allows: .grant(.conversationsView), respond: download),
        ])
    }

    /// What the composer needs of a file that it uploaded.
    private struct Uploaded: Encodable {
        let id: String
        /// As what it is sent.
        let kind: MediaContent.Kind
        var voice = false
    }

    @Sendable private func upload(request: Request, context: MemberContext) async throws -> Response {
        let filename = request.uri.queryParameters["filename"].map(String.init)
        let file = try await services.media.store(
            BodyPieces(body: request.body), filename: filename, mimeType: request.headers[.contentType], access: context.access)
        return try JSONText.response(Uploaded(id: file.id.text, kind: MediaContent.Kind(for: file.type) ?? .document), status: .created)
    }

    /// A recording of the composer's. Without ffmpeg it is sent as an ordinary sound file, where WhatsApp takes it.
    @Sendable private func record(request: Request, context: MemberContext) async throws -> Response {
        let media = services.media
        let file = try await media.storeVoice(
            BodyPieces(body: request.body), mimeType: request.headers[.contentType], access: context.access)
        return try JSONText.response(Uploaded(id: file.id.text, kind: .audio, voice: media.convertsVoice), status: .created)
    }

    @Sendable private func download(request: Request, context: MemberContext) async throws -> Response {
        try await MediaResponse.make(services.media, context.id("media", of: MediaFile.self), request, access: context.access)
    }
}
