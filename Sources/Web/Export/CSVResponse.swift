internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A file of comma-separated values as an answer, written as its parts are read. One that breaks off has no proper end, so that nobody takes it for all.
enum CSVResponse {
    /// - Parameter line: nil for what isn't in the file.
    static func make<Parts: AsyncSequence & Sendable>(
        _ request: Request, filename: String, header: [String], _ parts: Parts,
        line: @escaping @Sendable (Parts.Element.Element) -> [String]?
    ) -> Response where Parts.Element: Sequence {
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8; header=present", .cacheControl: "no-store",
            // The name is made of our own words and of ids.
            .contentDisposition: "attachment; filename=\"\(filename)\"",
        ]
        if request.method == .head { return Response(status: .ok, headers: headers) }
        return Response(
            status: .ok, headers: headers,
            body: .init { writer in
                try await writer.write(ByteBuffer(string: CSVText.mark + CSVText.line(header)))
                for try await part in parts {
                    var buffer = ByteBuffer()
                    for row in part { if let cells = line(row) { buffer.writeString(CSVText.line(cells)) } }
                    try await writer.write(buffer)
                }
                try await writer.finish(nil)
            })
    }
}
