internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Calls to Graph with JSON answers. Knows nothing of messages; never repeats a call.
struct GraphClient: Sendable {
    /// Longest answer that is read, in bytes: ample for a list of 100 rows, bounded because a server decides it.
    static let answerLimit = 1_024 * 1_024

    let client: HTTPClient
    /// Such as `https://graph.facebook.com/v26.0`, without a slash at the end.
    let root: String
    let timeouts: MetaTimeouts

    /// Sends JSON. The failure says whether it can have arrived.
    func post(_ path: String, _ body: JSONNode, token: String) async throws(GraphFailure) -> GraphAnswer {
        let note = DepartureNote()
        let bytes = body.bytes
        var request = request(.POST, path, token: token)
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(NotedBytes(bytes, note), length: .known(Int64(bytes.count)))
        return try await answer(request, note)
    }

    /// - Parameter token: nil for a call that proves itself by its query.
    func get(_ path: String, query: [(String, String)] = [], token: String?) async throws(GraphFailure) -> GraphAnswer {
        let text = query.map { "\(Self.escape($0))=\(Self.escape($1))" }.joined(separator: "&")
        return try await answer(request(.GET, text.isEmpty ? path : "\(path)?\(text)", token: token), nil)
    }

    func request(_ method: HTTPMethod, _ path: String, token: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "\(root)/\(path)")
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "switchboard")
        return request
    }

    /// - Parameter note: of the request's body; nil for a request that changes nothing, which counts as not having arrived.
    func answer(_ request: HTTPClientRequest, _ note: DepartureNote?, timeout: Duration? = nil) async throws(GraphFailure) -> GraphAnswer {
        let status: Int
        let body: [UInt8]
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout ?? timeouts.answer))
            status = Int(response.status.code)
            let buffer = try await response.body.collect(upTo: Self.answerLimit)
            body = Array(buffer.readableBytesView)
        } catch {
            let reason = Self.reason(error)
            throw note?.hasBegun == true ? .unknown(reason) : .unreachable(reason)
        }
        return GraphAnswer(status: status, body: (try? JSONParser.parse(body)) ?? .null)
    }

    /// One path segment or query value, percent-encoded (RFC 3986, unreserved characters stay).
    static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += byte < 16 ? "%0" : "%"
                escaped += String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    /// A few plain words for an error of the HTTP client. Never its description, which may hold the address with its query.
    static func reason(_ error: any Error) -> String {
        switch error {
        case is CancellationError: "the call was cancelled"
        case is NIOTooManyBytesError: "the answer is too long"
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: "no connection in time"
            case .readTimeout, .deadlineExceeded, .writeTimeout: "no answer in time"
            case .remoteConnectionClosed: "the connection was closed"
            case .cancelled: "the call was cancelled"
            case .alreadyShutdown: "the program is stopping"
            default: "the connection failed"
            }
        default: "the connection failed"
        }
    }
}

/// What Graph said, with whatever status.
struct GraphAnswer: Sendable {
    let status: Int
    /// `null` when it wasn't JSON.
    let body: JSONNode

    /// The error envelope: proof that the call was refused.
    var error: GraphError? { GraphError(answer: body) }
}

/// A call without an answer. The text is plain words, free of addresses and secrets.
enum GraphFailure: Error, Equatable {
    /// No request left.
    case unreachable(String)
    /// It may have arrived.
    case unknown(String)

    var reason: String {
        switch self {
        case .unreachable(let reason), .unknown(let reason): reason
        }
    }
}
