internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A refusal of the control API, in a sentence.
struct ControlProblem: Error, Sendable {
    var status = HTTPResponse.Status.unprocessableContent
    let detail: String

    init(_ detail: String, _ status: HTTPResponse.Status = .unprocessableContent) {
        (self.detail, self.status) = (detail, status)
    }

    static func missing(_ what: String) -> ControlProblem { ControlProblem("There is no such \(what).", .notFound) }
}

/// The control API under `/control/v1`, for tests and for the phone page. JSON in and out; `GET /control/v1` lists the addresses.
struct ControlRoutes: Sendable {
    let core: SimulatorCore

    /// Largest body, apart from media.
    private static let bodyLimit = 4 * 1024 * 1024

    /// Seconds by which the clock may be ahead or behind: ten years.
    private static let longestOffset = 315_360_000.0

    static let index: [(method: String, path: String, what: String)] = [
        ("GET", "/control/v1", "this list"),
        ("POST", "/control/v1/reset", "everything as at the start"),
        ("GET PATCH", "/control/v1/settings", "limits on and off, delays, review of templates, form of webhooks"),
        ("GET PUT", "/control/v1/clock", "now, and offsetSeconds by which it is ahead"),
        ("GET POST", "/control/v1/phones", "customers' phones: name, number, username, country, readsAtOnce"),
        ("GET PATCH", "/control/v1/phones/{phone}", "online, readsAtOnce, reachable, name, openChat, blocked {number: bool}"),
        ("GET", "/control/v1/phones/{phone}/chats/{number}", "the messages of a chat"),
        ("POST", "/control/v1/phones/{phone}/messages", "send as the customer: to, type and the object under it, context, referral, …"),
        ("POST", "/control/v1/phones/{phone}/taps", "tap a button or a row: to, message, choice"),
        ("POST", "/control/v1/phones/{phone}/marketing", "to, value: stop, resume or signup"),
        ("POST", "/control/v1/phones/{phone}/calls", "to, and seconds when somebody answers"),
        ("POST", "/control/v1/phones/{phone}/plays", "listen to a voice message: message"),
        ("POST", "/control/v1/media", "upload a file as a customer; the type is the Content-Type, ?filename="),
        ("GET", "/control/v1/media/{id}", "the bytes"),
        ("GET", "/control/v1/ledger", "accepted messages: ?after=&limit=&number=&waitSeconds="),
        ("GET", "/control/v1/deliveries", "attempts to deliver webhooks: ?after=&limit=&waitSeconds="),
        ("GET POST DELETE", "/control/v1/faults", "calls go wrong: edge, method, times, chance, seed, action, code, status, after, delay"),
        ("DELETE", "/control/v1/faults/{id}", "one rule"),
        ("PUT", "/control/v1/faults/down", "isDown: every call of the Graph API breaks off"),
        ("GET PUT", "/control/v1/faults/webhooks", "delay, duplicate, reorder, drop; chance {duplicate, late, drop, forget, within, seed}"),
        ("GET POST", "/control/v1/apps", "apps: id, name, secret, verifyToken, callbackUrl, fields, configurationId"),
        ("GET PATCH", "/control/v1/apps/{app}", "as above; a new callbackUrl is tried out unless skipHandshake"),
        ("POST", "/control/v1/tokens", "an access token: token, app, accounts, expiresInSeconds"),
        ("DELETE", "/control/v1/tokens/{token}", "it is invalid from now on"),
        ("GET POST", "/control/v1/accounts", "business accounts: id, name, subscribedApps"),
        ("GET POST", "/control/v1/numbers", "business numbers: id, account, digits, verifiedName"),
        (
            "PATCH", "/control/v1/numbers/{number}",
            "quality, tier, throughput, status, verification, platform, pin; nameReview (approve, reject) of another name"
        ),
        ("DELETE", "/control/v1/numbers/{number}", "as in the platform's own pages; it can't be registered anew for five minutes"),
        ("GET", "/control/v1/codes", "SMS and calls to business numbers, newest first: ?number="),
        ("POST", "/control/v1/codes/{id}/answer", "take the call, which tells its code"),
        ("GET", "/control/v1/signups/{app}", "what the window of Embedded Signup offers: ?configuration="),
        ("POST", "/control/v1/signups/numbers", "add a number there: owner, account or accountName, name, number"),
        ("POST", "/control/v1/signups/codes", "have it send a code: number, method (SMS, VOICE)"),
        ("POST", "/control/v1/signups/verifications", "type the code there: number, code"),
        ("POST", "/control/v1/signups", "finish there, for a code: app, configuration, owner, account, number, permissions"),
        ("POST", "/control/v1/signups/{code}/release", "of a finish with isHeld: its seconds count from now on"),
        ("GET", "/control/v1/templates", "all templates"),
        ("PATCH", "/control/v1/templates/{template}", "status and reason, quality, category, components; tells the apps"),
        ("POST", "/control/v1/webhooks", "send any change: account, number, field, value"),
        ("POST", "/control/v1/messages/{id}/failure", "an accepted message fails: code, title, details"),
        ("GET", "/control/v1/stream", "server-sent events: the ids of phones that change, and codes"),
    ]

    func respond(to request: Request, _ path: [String]) async throws -> Response {
        do {
            return try await respond(to: ControlCall(request, path: path, bodyLimit: Self.bodyLimit))
        } catch let problem as ControlProblem {
            return Self.response(problem.status, ["error": .string(problem.detail)])
        } catch let problem as PhoneProblem {
            return Self.response(.unprocessableContent, ["error": .string(problem.detail)])
        } catch let problem as GraphError {
            return Self.response(.unprocessableContent, ["error": .string(problem.user?.text ?? problem.details ?? problem.message)])
        } catch is NIOTooManyBytesError {
            return Self.response(.contentTooLarge, ["error": "The body is too large."])
        }
    }

    private func respond(to call: ControlCall) async throws -> Response {
        switch call.path.first {
        case nil: return Self.response(.ok, Self.indexJSON)
        case "phones", "media", "stream": return try await PhoneControl(core: core).respond(to: call)
        case "faults": return Self.response(.ok, try FaultControl(core: core).respond(to: call))
        case "signups", "codes": return Self.response(.ok, try SignupControl(core: core).respond(to: call))
        case "ledger", "deliveries": return Self.response(.ok, try await LedgerControl(core: core).respond(to: call))
        case "reset" where call.method == "POST":
            core.reset()
            return Self.response(.ok, ["done": true])
        case "settings":
            let settings = try core.update { world in
                if call.method == "PATCH" { try world.settings.change(call.body) }
                return world.settings.json
            }
            return Self.response(.ok, settings)
        case "clock":
            if call.method == "PUT" {
                guard let offset = call.body["offsetSeconds"]?.number else { throw ControlProblem("offsetSeconds is missing.") }
                guard abs(offset) <= Self.longestOffset else { throw ControlProblem("offsetSeconds must be within ten years.") }
                core.update { $0.clockOffset = Int(offset * 1_000) }
            }
            return Self.response(
                .ok, core.update { ["now": .number(Double($0.now) / 1_000), "offsetSeconds": .number(Double($0.clockOffset) / 1_000)] })
        default: return Self.response(.ok, try await ObjectControl(core: core).respond(to: call))
        }
    }

    private static var indexJSON: JSON {
        ["data": .array(index.map { ["method": .string($0.method), "path": .string($0.path), "what": .string($0.what)] })]
    }

    static func response(_ status: HTTPResponse.Status, _ json: JSON) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes())))
    }
}

/// A call of the control API.
struct ControlCall: Sendable {
    let method: String
    /// What follows `/control/v1`.
    let path: [String]
    let query: [(name: String, value: String)]
    let headers: HTTPFields
    let raw: ByteBuffer
    /// The JSON body; an empty object without one.
    let body: JSON

    init(_ request: Request, path: [String], bodyLimit: Int) async throws {
        method = request.method.rawValue
        self.path = path
        query = Form.fields(of: request.uri.query ?? "")
        headers = request.headers
        let isMedia = path.first == "media"
        raw = try await request.body.collect(upTo: isMedia ? MediaRules.largest : bodyLimit)
        if raw.readableBytes == 0 || isMedia {
            body = .object([])
        } else {
            do { body = try JSON(parsing: raw) } catch {
                throw ControlProblem("The body isn't valid JSON (at byte \(error.offset)).", .badRequest)
            }
        }
    }

    func text(_ name: String) -> String? { query.first { $0.name == name }?.value }
    func integer(_ name: String) -> Int? { text(name).flatMap(Int.init) }

    func required(_ name: String) throws -> String {
        guard let text = body[name]?.scalarText, !text.isEmpty else { throw ControlProblem("\(name) is missing.") }
        return text
    }
}
