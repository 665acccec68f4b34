internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import OrderedCollections
internal import ServiceLifecycle

/// Customers' phones: `/control/v1/phones`, `/media` and `/stream`. The phone page uses nothing else.
struct PhoneControl: Sendable {
    let core: SimulatorCore

    private static let heartbeat = Duration.seconds(15)

    func respond(to call: ControlCall) async throws -> Response {
        switch (call.method, call.path.first) {
        case ("GET", "stream"): return stream()
        case ("POST", "media"): return ControlRoutes.response(.created, try upload(call))
        case ("GET", "media"):
            let id = call.path.dropFirst().first ?? ""
            guard let item = core.update({ $0.media.item(id, at: $0.now) }) else { throw ControlProblem.missing("file") }
            return MediaRoutes.response(item)
        default: return try respondPhones(call)
        }
    }

    private func respondPhones(_ call: ControlCall) throws -> Response {
        let path = call.path.dropFirst()
        guard let id = path.first else {
            if call.method == "POST" { return ControlRoutes.response(.created, try core.update { try $0.createPhone(call) }) }
            return ControlRoutes.response(.ok, core.update { world in ["data": .array(world.phones.values.map { world.summary(of: $0) })] })
        }
        let rest = Array(path.dropFirst())
        return try core.update { world in
            guard let phone = world.phones[id] else { throw ControlProblem.missing("phone") }
            switch (call.method, rest.first) {
            case ("GET", nil): return ControlRoutes.response(.ok, world.summary(of: phone))
            case ("PATCH", nil): return ControlRoutes.response(.ok, try world.change(phone: id, call.body))
            case ("GET", "chats") where rest.count == 2: return ControlRoutes.response(.ok, try world.chat(of: phone, with: rest[1]))
            case ("POST", "messages"):
                let message = try world.receive(call.body, from: id, to: try world.number(called: call.body["to"]))
                return ControlRoutes.response(.created, ["id": .string(message)])
            case ("POST", "taps"):
                let number = try world.number(called: call.body["to"])
                let reply = try world.reply(
                    tapping: try call.required("choice"), on: try call.required("message"), phone: id, number: number)
                return ControlRoutes.response(.created, ["id": .string(try world.receive(reply, from: id, to: number))])
            case ("POST", "calls"):
                let number = try world.number(called: call.body["to"])
                let made = try world.call(
                    number, from: id, seconds: call.body["seconds"]?.integer, rings: call.body["rings"]?.bool ?? false)
                return ControlRoutes.response(.created, ["id": .string(made)])
            case ("GET", "calls") where rest.count == 2:
                guard let made = world.calls[rest[1]], made.phone == id else { throw ControlProblem.missing("call") }
                return ControlRoutes.response(.ok, ["id": .string(rest[1]), "state": .string(made.state.rawValue)])
            case ("POST", "marketing"):
                try world.setMarketing(try call.required("value"), by: id, for: try world.number(called: call.body["to"]))
                return ControlRoutes.response(.ok, ["done": true])
            case ("POST", "plays"):
                try world.play(try call.required("message"))
                return ControlRoutes.response(.ok, ["done": true])
            default: throw ControlProblem("There is no such address.", .notFound)
            }
        }
    }

    private func upload(_ call: ControlCall) throws -> JSON {
        let mimeType = call.headers[.contentType] ?? ""
        try MediaRules.check(mimeType, size: call.raw.readableBytes)
        return core.update { world in
            let item = world.addMedia(
                call.raw, mimeType: mimeType, filename: call.text("filename"), account: nil, days: MediaShelf.inboundDays)
            return ["id": .string(item.id), "mimeType": .string(item.mimeType), "size": .integer(item.bytes.readableBytes)]
        }
    }

    /// The ids of phones that change (none for all of them), `codes`, and a comment now and then so that a dead connection shows.
    private func stream() -> Response {
        let changes = core.pages.subscribe()
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: ": hello\n\n"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (lines, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(128))
                group.addTask {
                    for await change in changes.cancelOnGracefulShutdown() {
                        switch change {
                        case .everything: continuation.yield("event: phone\ndata: \n\n")
                        case .phone(let id): continuation.yield("event: phone\ndata: \(id)\n\n")
                        case .codes: continuation.yield("event: codes\ndata: \n\n")
                        }
                    }
                    continuation.finish()
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: Self.heartbeat)
                        continuation.yield(": still here\n\n")
                    }
                }
                for await line in lines { try await writer.write(ByteBuffer(string: line)) }
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}
