internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A call of the Graph API, taken apart: version, path, parameters from wherever they came, token.
struct GraphCall: Sendable {
    let method: String
    /// `v26.0`; nil when the path has none.
    let version: String?
    /// The path without version and empty parts.
    let segments: [String]
    let query: [(name: String, value: String)]
    /// JSON, or the fields of a form; an empty object when there was no such body.
    let body: JSON
    let files: [Multipart.File]
    let raw: ByteBuffer
    let headers: HTTPFields
    /// Scheme and host that the caller used.
    let base: String

    /// Largest body that isn't an upload.
    private static let bodyLimit = 2 * 1024 * 1024
    /// Room for the parts around a file.
    private static let multipartRoom = 1024 * 1024

    init(_ request: Request) async throws {
        method = request.method.rawValue
        headers = request.headers
        base = "http://" + (request.head.authority ?? "127.0.0.1")
        var parts = request.uri.path.split(separator: "/").map { $0.removingPercentEncoding }
        if let first = parts.first, Self.isVersion(first) {
            version = first
            parts.removeFirst()
        } else {
            version = nil
        }
        segments = parts
        query = Form.fields(of: request.uri.query ?? "")
        let contentType = request.headers[.contentType] ?? ""
        let isUpload = contentType.lowercased().hasPrefix("multipart/") || segments.first?.hasPrefix("upload:") == true
        raw = try await request.body.collect(upTo: isUpload ? MediaRules.largest + Self.multipartRoom : Self.bodyLimit)
        (body, files) = Self.parse(raw, contentType, isUpload: segments.first?.hasPrefix("upload:") == true)
    }

    private static func isVersion(_ part: String) -> Bool {
        let numbers = part.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return part.hasPrefix("v") && numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    }

    private static func parse(_ raw: ByteBuffer, _ contentType: String, isUpload: Bool) -> (JSON, [Multipart.File]) {
        guard raw.readableBytes > 0, !isUpload else { return (.object([]), []) }
        switch MediaRules.essence(of: contentType) {
        case "multipart/form-data":
            guard let form = Multipart(raw, contentType: contentType) else { return (.object([]), []) }
            return (.object(form.fields.map { JSON.Member($0.name, .string($0.value)) }), form.files)
        case "application/x-www-form-urlencoded":
            return (.object(Form.fields(of: String(buffer: raw)).map { JSON.Member($0.name, .string($0.value)) }), [])
        default:
            guard let json = try? JSON(parsing: raw) else { return (.null, []) }
            // Some clients write the JSON into a JSON string.
            if let text = json.string, let inner = try? JSON(parsing: text) { return (inner, []) }
            return (json, [])
        }
    }

    /// A parameter from the query or the body. Texts that hold JSON arrays or objects are opened.
    func parameter(_ name: String) -> JSON? {
        let value = query.first { $0.name == name }.map { JSON.string($0.value) } ?? body[name]
        guard let text = value?.string, text.hasPrefix("[") || text.hasPrefix("{") else { return value == .null ? nil : value }
        return (try? JSON(parsing: text.replacingQuotes)) ?? value
    }

    func text(_ name: String) -> String? { parameter(name)?.scalarText }

    /// The values of a filter: one, several separated by commas, or a JSON array.
    func list(_ name: String) -> [String] {
        switch parameter(name) {
        case .array(let values)?: values.compactMap(\.scalarText)
        case let value?: value.scalarText.map { $0.split(separator: ",").map(\.trimmingSpaces) } ?? []
        case nil: []
        }
    }

    /// Bearer or OAuth, the query or a form's field; the last is for clients made for a proxy.
    var token: String? {
        if let header = headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            if parts.count == 2, ["bearer", "oauth"].contains(parts[0].lowercased()) { return parts[1].trimmingSpaces }
        }
        return query.first { $0.name == "access_token" }?.value ?? body["access_token"]?.string
            ?? HTTPField.Name("X-API-Key").flatMap { headers[$0] }
    }
}

extension StringProtocol {
    /// Percent-decoding; what isn't an escape stays as it is.
    var removingPercentEncoding: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `['A','B']` as JSON: Graph takes either quotation mark.
    fileprivate var replacingQuotes: String {
        contains("\"") ? String(self) : String(map { $0 == "'" ? "\"" : $0 })
    }
}

/// Fields of a query or an urlencoded form, in order.
enum Form {
    static func fields(of text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }
}
