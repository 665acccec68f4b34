internal import Domain

/// The body of `POST /api/v1/messages/{id}/decision`.
struct DecisionBody: Decodable {
    let decision: MessageDecision
}

extension DecisionBody: APISchema {
    static let schemaName = "Decision"

    static var schema: JSONValue {
        Schema.object(["decision": Schema.choice(MessageDecision.self)], isRequest: true)
    }

    static let example: JSONValue = ["decision": "leave"]
}
