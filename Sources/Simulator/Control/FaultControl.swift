internal import HTTPTypes

/// What goes wrong on request: `/control/v1/faults`.
struct FaultControl: Sendable {
    let core: SimulatorCore

    func respond(to call: ControlCall) throws -> JSON {
        switch (call.method, call.path.dropFirst().first) {
        case ("GET", nil): break
        case ("POST", nil): try add(call)
        case ("DELETE", nil):
            core.update {
                $0.faults.rules = []
                $0.faults.isDown = false
            }
            core.outbox.faults = WebhookFaults()
        case ("PUT", "down"):
            guard let isDown = call.body["isDown"]?.bool else { throw ControlProblem("isDown is missing.") }
            core.update { $0.faults.isDown = isDown }
        case ("GET", "webhooks"): break
        case ("PUT", "webhooks"):
            func count(_ name: String) throws -> Int {
                guard let value = call.body[name] else { return 0 }
                guard let count = value.integer, (0...100_000).contains(count) else { throw ControlProblem("\(name) must be 0 to 100000.") }
                return count
            }
            core.outbox.faults = WebhookFaults(
                delay: try count("delay"), duplicate: try count("duplicate"), reorder: try count("reorder"), drop: try count("drop"),
                chances: try Self.chances(call.body["chance"] ?? .object([])))
        case ("DELETE", let id?):
            try core.update { world in
                guard world.faults.rules.contains(where: { String($0.id) == id }) else { throw ControlProblem.missing("rule") }
                world.faults.rules.removeAll { String($0.id) == id }
            }
        default: throw ControlProblem("There is no such address.", .notFound)
        }
        let webhooks = core.outbox.faults
        return core.update { world in
            [
                "isDown": .bool(world.faults.isDown), "rules": .array(world.faults.rules.map(\.json)),
                "webhooks": [
                    "delay": .integer(webhooks.delay), "duplicate": .integer(webhooks.duplicate), "reorder": .integer(webhooks.reorder),
                    "drop": .integer(webhooks.drop), "chance": webhooks.chances.json,
                ],
            ]
        }
    }

    private static func chances(_ json: JSON) throws -> WebhookChances {
        guard let members = json.members else { throw ControlProblem("chance must be an object.") }
        var chances = WebhookChances()
        for member in members {
            if let (_, path) = WebhookChances.names.first(where: { $0.0 == member.name }) {
                chances[keyPath: path] = try chance(member.value, called: "chance.\(member.name)")
            } else if member.name == "within" {
                guard let within = member.value.integer, (0...600_000).contains(within) else {
                    throw ControlProblem("chance.within must be 0 to 600000 milliseconds.")
                }
                chances.within = within
            } else if member.name == "seed" {
                chances.seed = try seed(member.value, called: "chance.seed")
            } else {
                throw ControlProblem("There is no chance.\(member.name).")
            }
        }
        return chances
    }

    private static func chance(_ value: JSON, called name: String) throws -> Double {
        guard let chance = value.number, (0...1).contains(chance) else { throw ControlProblem("\(name) must be 0 to 1.") }
        return chance
    }

    private static func seed(_ value: JSON, called name: String) throws -> Int {
        guard let seed = value.integer else { throw ControlProblem("\(name) must be a whole number.") }
        return seed
    }

    private func add(_ call: ControlCall) throws {
        let action: FaultRule.Action
        switch try call.required("action") {
        case "error":
            guard let code = call.body["code"]?.integer else { throw ControlProblem("code is missing.") }
            let status = call.body["status"]?.integer ?? 400
            guard (200...599).contains(status) else { throw ControlProblem("status must be 200 to 599.") }
            var error = GraphError(code, call.body["title"]?.string ?? "Simulated fault", status: status)
            error.details = call.body["details"]?.string ?? "Asked for by the control API."
            error.subcode = call.body["subcode"]?.integer
            action = .error(error)
        case "status":
            guard let status = call.body["status"]?.integer, (200...599).contains(status) else {
                throw ControlProblem("status must be 200 to 599.")
            }
            action = .status(status)
        case "reset": action = .reset
        case "silence": action = .silence
        case "delay": action = .delay
        default: throw ControlProblem("action must be error, status, reset, silence or delay.")
        }
        let times = call.body["times"]
        if let times, times != .null, (times.integer ?? 0) < 1 { throw ControlProblem("times must be at least 1, or null for always.") }
        let remaining = times == nil ? 1 : times?.integer
        let delay = call.body["delay"]?.integer ?? 0
        guard (0...600_000).contains(delay) else { throw ControlProblem("delay must be 0 to 600000 milliseconds.") }
        let chance = try call.body["chance"].map { try Self.chance($0, called: "chance") }
        let seed = try call.body["seed"].map { try Self.seed($0, called: "seed") } ?? 0
        try core.update { world in
            guard world.faults.rules.count < Faults.limit else { throw ControlProblem("There are too many rules already.") }
            _ = world.faults.add { id in
                FaultRule(
                    id: id, edge: call.body["edge"]?.string ?? "messages", method: call.body["method"]?.string, remaining: remaining,
                    action: action,
                    afterwards: call.body["after"]?.bool ?? false, delay: delay, chance: chance, random: SeededRandom(seed: seed))
            }
        }
    }
}

extension FaultRule {
    var json: JSON {
        let (name, code, status): (String, Int?, Int?) =
            switch action {
            case .error(let error): ("error", error.code, error.status)
            case .status(let status): ("status", nil, status)
            case .reset: ("reset", nil, nil)
            case .silence: ("silence", nil, nil)
            case .delay: ("delay", nil, nil)
            }
        return .fields(
            ("id", .integer(id)), ("edge", .string(edge)), ("method", method.map { .string($0) }),
            ("times", remaining.map { .integer($0) } ?? .null),
            ("action", .string(name)), ("code", code.map { .integer($0) }), ("status", status.map { .integer($0) }),
            ("after", .bool(afterwards)),
            ("delay", .integer(delay)), ("chance", chance.map { .number($0) }), ("hits", .integer(hits)),
            ("hiddenRefusals", .integer(hiddenRefusals)))
    }
}

extension WebhookChances {
    fileprivate var json: JSON {
        .object(
            Self.names.map { JSON.Member($0.0, .number(self[keyPath: $0.1])) } + [
                .init("within", .integer(within)), .init("seed", .integer(seed)),
            ])
    }
}
