internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers `/assets/<build>/<name>` from the program itself, and lets everything else pass.
///
/// The build is in the address, so browsers keep what they got for a year. An address of another build, from a page that was open while the server was
/// upgraded, gets today's file, which is not kept.
struct AssetsMiddleware: RouterMiddleware {
    typealias Context = WebContext

    private static let prefix = "/assets/"
    let assets: EmbeddedAssets

    init(_ assets: EmbeddedAssets = .all) { self.assets = assets }

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        let path = request.uri.path
        guard path.hasPrefix(Self.prefix), request.method == .get || request.method == .head else {
            return try await next(request, context)
        }
        let parts = path.dropFirst(Self.prefix.count).split(separator: "/", maxSplits: 1)
        // Templates and the list of icons are no business of browsers.
        guard parts.count == 2, let type = Self.type(of: parts[1]), let file = assets.files[String(parts[1])] else {
            throw RequestProblem.pathUnknown
        }
        let tag = "\"\(assets.build)\""
        var headers: HTTPFields = [
            .contentType: type, .eTag: tag, .cacheControl: parts[0] == assets.build ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        headers[.contentLength] = String(file.bytes.count)
        let body =
            request.method == .head
            ? ResponseBody(contentLength: file.bytes.count) { _ in } : ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes))
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func type(of name: Substring) -> String? {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json; charset=utf-8"
        case "svg": "image/svg+xml"
        case "woff2": "font/woff2"
        case "png": "image/png"
        case "webp": "image/webp"
        default: nil
        }
    }
}
