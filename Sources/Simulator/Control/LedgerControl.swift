internal import HTTPTypes

/// What was accepted, and what was delivered: `/control/v1/ledger` and `/control/v1/deliveries`.
/// `after` is the `next` of the page before; with `waitSeconds` an empty page waits for a first row.
struct LedgerControl: Sendable {
    let core: SimulatorCore

    private static let limit = 100
    private static let longest = 1_000
    private static let longestWait = 60

    func respond(to call: ControlCall) async throws -> JSON {
        guard call.method == "GET" else { throw ControlProblem("Only GET is possible here.", .methodNotAllowed) }
        let limit = min(max(call.integer("limit") ?? Self.limit, 1), Self.longest)
        let after = call.integer("after") ?? 0
        let deadline = ContinuousClock.now + .seconds(min(max(call.integer("waitSeconds") ?? 0, 0), Self.longestWait))
        while true {
            let page =
                call.path.first == "ledger"
                ? ledger(after: after, limit: limit, number: call.text("number")) : deliveries(after: after, limit: limit)
            if page["data"]?.array?.isEmpty == false || ContinuousClock.now >= deadline { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func ledger(after: Int, limit: Int, number: String?) -> JSON {
        let (rows, total) = core.update { ($0.ledger.page(after: after, limit: limit, number: number), $0.ledger.total) }
        let shown = rows.map { entry -> JSON in
            .fields(
                ("sequence", .integer(entry.sequence)), ("at", .number(Double(entry.at) / 1_000)), ("id", .string(entry.id)),
                ("number", .string(entry.number)),
                ("recipient", .string(entry.recipient)), ("type", .string(entry.type)), ("template", entry.template.map { .string($0) }),
                ("callbackData", entry.callbackData.map { .string($0) }), ("status", .string(entry.stage.name)), ("body", entry.body))
        }
        return [
            "data": .array(shown), "next": rows.count == limit ? .integer(rows.last?.sequence ?? after) : .null, "total": .integer(total),
        ]
    }

    private func deliveries(after: Int, limit: Int) -> JSON {
        let outbox = core.outbox
        let log = outbox.deliveries
        let rows = log.page(after: after, limit: limit)
        let shown = rows.map { entry -> JSON in
            .fields(
                ("sequence", .integer(entry.sequence)), ("url", .string(entry.url)), ("app", .string(entry.app)),
                ("field", .string(entry.field)),
                ("items", .integer(entry.items)), ("attempt", .integer(entry.attempt)), ("status", entry.status.map { .integer($0) }),
                ("problem", entry.problem.map { .string($0) }), ("milliseconds", .number(entry.duration / .milliseconds(1))),
                ("body", .string(String(decoding: entry.body, as: UTF8.self))))
        }
        return [
            "data": .array(shown), "next": rows.count == limit ? .integer(rows.last?.sequence ?? after) : .null,
            "total": .integer(log.total),
            "waiting": .integer(outbox.waiting), "dropped": .integer(outbox.dropped),
        ]
    }
}
