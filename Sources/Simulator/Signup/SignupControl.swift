internal import HTTPTypes
internal import OrderedCollections

/// The window of Embedded Signup and the codes that numbers get: `/control/v1/signups` and `/codes`. The window's page uses nothing else.
struct SignupControl: Sendable {
    let core: SimulatorCore

    func respond(to call: ControlCall) throws -> JSON {
        let rest = Array(call.path.dropFirst())
        return try core.update { world in
            switch (call.method, call.path.first, rest.first) {
            case ("GET", "codes", nil):
                let number = try call.text("number").map { try world.number(called: .string($0)) }
                return ["data": .array(world.sentCodes(to: number).map { world.json(of: $0) })]
            case ("POST", "codes", let id?) where rest.last == "answer":
                guard world.answerCall(id), let code = world.sentCodes[id] else { throw ControlProblem.missing("call") }
                return world.json(of: code)
            case ("GET", "signups", let app?):
                return world.signupOffer(try world.signupApp(app, configuration: call.text("configuration")))
            case ("POST", "signups", nil):
                let app = try world.signupApp(call.body["app"]?.scalarText, configuration: call.body["configuration"]?.scalarText)
                return try world.finishSignup(
                    call.body, app: app, owner: try Self.owner(call, world), isHeld: call.body["isHeld"]?.bool ?? false)
            case ("POST", "signups", "numbers"): return try world.addSignupNumber(call.body, owner: try Self.owner(call, world))
            case ("POST", "signups", "codes"):
                let number = try Self.number(call, world)
                guard let method = SentCode.Method(rawValue: try call.required("method")) else {
                    throw ControlProblem("method must be SMS or VOICE.")
                }
                try world.requestCode(of: number, by: method, language: "en_US")
                return ["done": true]
            case ("POST", "signups", "verifications"):
                try world.verify(try Self.number(call, world), with: try call.required("code"))
                return ["done": true]
            case ("POST", "signups", let code?) where rest.last == "release":
                world.releaseSignup(code)
                return ["done": true]
            default: throw ControlProblem("There is no such address. GET /control/v1 lists them.", .notFound)
            }
        }
    }

    private static func owner(_ call: ControlCall, _ world: borrowing World) throws -> BusinessOwner {
        guard let owner = world.owners[try call.required("owner")] else { throw ControlProblem.missing("person") }
        return owner
    }

    private static func number(_ call: ControlCall, _ world: borrowing World) throws -> BusinessNumber {
        guard let number = world.numbers[try call.required("number")] else { throw ControlProblem.missing("number") }
        return number
    }
}
