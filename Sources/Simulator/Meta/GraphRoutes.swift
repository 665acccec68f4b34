internal import Glibc
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle

/// The addresses of the Graph API.
struct GraphRoutes: Sendable {
    let core: SimulatorCore

    /// How long "never" is, at most.
    private static let silence = Duration.seconds(600)

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        let call: GraphCall
        do {
            call = try await GraphCall(request)
        } catch is NIOTooManyBytesError {
            return answer(.parameter("The body is too large."))
        }
        let (fault, isDown, latency) = core.update { world in
            world.faults.isDown
                ? (nil, true, 0) : (world.faults.take(call.method, edge: call.segments.last ?? ""), false, world.settings.latency)
        }
        if isDown { return await breakOff(context) }
        let delay = latency + (fault?.delay ?? 0)
        if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
        if let fault, !fault.afterwards, let response = try await apply(fault, context) { return response }
        let response = await respond(to: call)
        if let fault, fault.afterwards {
            if response.status.code >= 400 { core.update { $0.faults.noteHiddenRefusal(of: fault.id) } }
            if let other = try await apply(fault, context) { return other }
        }
        return response
    }

    private func respond(to call: GraphCall) async -> Response {
        do throws(GraphError) {
            if let file = try MediaRoutes(core: core).download(call) { return file }
            return answer(try await result(of: call))
        } catch {
            return answer(error)
        }
    }

    private func result(of call: GraphCall) async throws(GraphError) -> JSON {
        let first = call.segments.first ?? ""
        if call.segments == ["oauth", "access_token"] { return try core.update { world throws(GraphError) in try world.exchange(call) } }
        let caller = try core.update { world throws(GraphError) in try world.caller(of: call) }
        if first == "debug_token" { return core.update { $0.debugToken(call) } }
        try caller.check(call)
        if first.hasPrefix("upload:") { return try core.update { world throws(GraphError) in try world.resumeUpload(call) } }
        if call.segments.dropFirst().first == "subscriptions" {
            return try await SubscriptionRoutes(core: core).appSubscriptions(call, caller)
        }
        if call.segments.dropFirst().first == "subscribed_apps" {
            return try await SubscriptionRoutes(core: core).subscribedApps(call, caller)
        }
        if call.method == "POST", call.parameter("webhook_configuration") != nil {
            return try await SubscriptionRoutes(core: core).numberOverride(call, caller)
        }
        return try core.update { world throws(GraphError) in try world.respond(to: call, caller) }
    }

    private func apply(_ fault: FaultRule, _ context: SimulatorContext) async throws -> Response? {
        switch fault.action {
        case .delay: return nil
        case .error(let error): return answer(error)
        case .status(let code): return Response(status: .init(code: code))
        case .reset: return await breakOff(context)
        case .silence:
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.silence) }
            return await breakOff(context)
        }
    }

    /// Ends the connection without an answer, by a reset where the system allows.
    private func breakOff(_ context: SimulatorContext) async -> Response {
        if let options = context.channel as? any SocketOptionProvider {
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await context.channel.close()
        return Response(status: .serviceUnavailable)
    }

    private func answer(_ json: JSON) -> Response {
        Self.response(.ok, json, trace: core.update { $0.ids.trace() })
    }

    private func answer(_ error: GraphError) -> Response {
        let trace = core.update { $0.ids.trace() }
        return Self.response(.init(code: error.status), error.json(trace: trace), trace: trace)
    }

    private static func response(_ status: HTTPResponse.Status, _ json: JSON, trace: String) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=UTF-8"]
        headers[.traceID] = trace
        headers[.apiVersion] = "v26.0"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes())))
    }
}

extension HTTPField.Name {
    fileprivate static let traceID = Self("x-fb-trace-id")!
    fileprivate static let apiVersion = Self("facebook-api-version")!
}
