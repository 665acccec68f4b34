internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// A request under `/api/v1` that changes something: its bytes, read once, and its key for repeats.
struct APIWrite {
    let body: [UInt8]
    let idempotency: Idempotency?

    init(_ request: Request) async throws {
        body = Array(buffer: try await request.bytes(upTo: APIContext.bodyLimit))
        idempotency = try Idempotency(request, body: body)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try StrictJSON.decode(type, from: body) }

    /// A body isn't expected; an empty object is as good as none.
    func expectEmpty() throws {
        if !body.isEmpty { _ = try decode(Empty.self) }
    }

    private struct Empty: Decodable {
        private enum Keys: CodingKey {}
        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Keys.self) }
    }
}

extension Idempotency {
    /// Nil unless the request is a POST with the header `Idempotency-Key`.
    init?(_ request: Request, body: [UInt8]) throws(IdempotencyProblem) {
        guard request.method == .post, let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name] else { return nil }
        try self.init(key: key, route: "\(request.method.rawValue) \(request.uri.path)", body: body)
    }
}

extension KeptAnswer {
    init(_ value: some Encodable, status: HTTPResponse.Status) throws {
        self.init(status: status.code, body: try JSONText.bytes(of: value))
    }

    static let nothing = KeptAnswer(status: 204, body: [])

    var response: Response {
        let status = HTTPResponse.Status(code: status)
        return body.isEmpty ? Response(status: status) : JSONText.response(bytes: body, status: status)
    }
}

/// One page of a list, as all of them are written.
struct ListBody<Element: Encodable>: Encodable {
    let data: [Element]
    let next: String?

    init(data: [Element], next: String? = nil) { (self.data, self.next) = (data, next) }

    init<Row>(_ page: Page<Row>, _ body: (Row) -> Element) { self.init(data: page.data.map(body), next: page.next) }

    private enum Keys: CodingKey { case data, next }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(data, forKey: .data)
        try container.encode(next, forKey: .next)
    }
}
