internal import HTTPTypes
internal import Hummingbird

/// Downloads of files.
struct MediaRoutes: Sendable {
    let core: SimulatorCore

    /// The file, when the call is a download; nil for any other call. A token is needed even though the address is secret.
    func download(_ call: GraphCall) throws(GraphError) -> Response? {
        let isPicture = call.segments == World.picturePath
        guard call.method == "GET", isPicture || call.segments == World.downloadPath else { return nil }
        let item = try core.update { world throws(GraphError) in
            let caller = try world.caller(of: call)
            return isPicture ? world.picture(call, caller) : world.download(call, caller)
        }
        guard let item else {
            return Response(
                status: .notFound, headers: [.contentType: "text/plain"], body: ResponseBody(byteBuffer: .init(string: "URL expired")))
        }
        return Self.response(item)
    }

    static func response(_ item: MediaShelf.Item) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: item.mimeType, .contentDisposition: "attachment; filename=\"\(item.filename.map(Self.plain) ?? item.id)\"",
                .contentSecurityPolicy: "sandbox", .xContentTypeOptions: "nosniff", .cacheControl: "private, max-age=300",
            ], body: ResponseBody(byteBuffer: item.bytes))
    }

    /// A file name that can stand in a header.
    private static func plain(_ name: String) -> String {
        String(
            name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" && $0.value != 0x7F ? Character($0) : "_" }
        )
    }
}

extension HTTPField.Name {
    static let fileOffset = Self("file_offset")!
}
