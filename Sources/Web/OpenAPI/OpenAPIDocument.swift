package import Domain
internal import HTTPTypes

/// The API's description (OpenAPI 3.1), made from the declarations of its routes, so that the two can't differ.
package enum OpenAPIDocument {
    package static func make(_ declarations: [RouteDeclaration], version: String) -> JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        var schemas: [String: JSONValue] = [
            ProblemSchema.schemaName: withExample(ProblemSchema.self), MessageErrorSchema.schemaName: withExample(MessageErrorSchema.self),
            MessageAttemptBody.schemaName: withExample(MessageAttemptBody.self),
            WebhookAttemptBody.schemaName: withExample(WebhookAttemptBody.self),
            TermsAcceptanceBody.schemaName: withExample(TermsAcceptanceBody.self),
            TemplateTextBody.schemaName: withExample(TemplateTextBody.self),
            TemplateVariableBody.schemaName: withExample(TemplateVariableBody.self),
            TemplateDraftInput.schemaName: withExample(TemplateDraftInput.self),
            TemplateFaultBody.schemaName: withExample(TemplateFaultBody.self),
            CampaignCountsBody.schemaName: withExample(CampaignCountsBody.self),
        ]
        for declaration in declarations {
            guard let operation = declaration.operation else { continue }
            for shape in operation.answer.shapes + [operation.body?.schema].compactMap({ $0 }) {
                schemas[shape.schemaName] = withExample(shape)
            }
            paths[declaration.path, default: [:]][declaration.method.rawValue.lowercased()] = describe(declaration, operation)
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": "Switchboard", "version": .string(version), "description": .string(introduction), "license": license],
            "servers": [["url": "/"]],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": ["schemas": .object(schemas), "securitySchemes": securitySchemes],
        ]
    }

    private static let introduction = """
        Send WhatsApp messages and read conversations. Send an API key as Authorization: Bearer sb_…; people who are signed in may use their session \
        and then send X-CSRF-Token with every change. Lists are {"data": [...], "next": cursor or null}. What can't be done is answered as \
        application/problem+json with a stable code. Every POST takes an Idempotency-Key: for 24 hours the same key gets the same answer.
        """
    private static let license: JSONValue = ["name": "Apache-2.0", "identifier": "Apache-2.0"]
    private static let securitySchemes: JSONValue = [
        "key": ["type": "http", "scheme": "bearer", "description": "An API key, sb_…"],
        "session": [
            "type": "apiKey", "in": "cookie", "name": "switchboard",
            "description": "A person's session. The cookie is __Host-switchboard where people use an https address.",
        ],
    ]

    private static func withExample(_ shape: any APISchema.Type) -> JSONValue {
        guard case .object(var schema) = shape.schema else { return shape.schema }
        schema["examples"] = [shape.example]
        return .object(schema)
    }

    private static func describe(_ declaration: RouteDeclaration, _ operation: Operation) -> JSONValue {
        var description: [String: JSONValue] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary), "tags": [.string(operation.tag)],
            "responses": .object(responses(declaration, operation)), "security": security(declaration),
        ]
        if let who = callers(declaration) { description["description"] = .string(who) }
        let parameters = parameters(declaration, operation)
        if !parameters.isEmpty { description["parameters"] = .array(parameters) }
        if let body = operation.body {
            let schema: JSONValue = body.schema.map { Schema.reference($0.schemaName) } ?? [:]
            description["requestBody"] = ["required": true, "content": .object([body.contentType: ["schema": schema]])]
        }
        return .object(description)
    }

    private static func callers(_ declaration: RouteDeclaration) -> String? {
        switch declaration.callers {
        case .anyone: return nil
        case .signedIn: return "For every key and every member."
        case .person: return "For people who are signed in."
        case .grant(let grant):
            let scopes = KeyScope.allCases.filter { $0.grants.contains(grant) }.map(\.rawValue).joined(separator: " or ")
            let roles = Role.allCases.filter { $0.grants.contains(grant) }.map(\.rawValue).joined(separator: ", ")
            return "For keys with the scope \(scopes), and for members with the role \(roles)."
        }
    }

    private static func security(_ declaration: RouteDeclaration) -> JSONValue {
        switch declaration.callers {
        case .anyone: []
        case .person: [["session": []]]
        case .signedIn, .grant: [["key": []], ["session": []]]
        }
    }

    private static func parameters(_ declaration: RouteDeclaration, _ operation: Operation) -> [JSONValue] {
        var parameters: [JSONValue] = declaration.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            ["name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true, "schema": Schema.text()]
        }
        parameters += operation.query.map { parameter in
            ["name": .string(parameter.name), "in": "query", "description": .string(parameter.detail), "schema": parameter.schema]
        }
        if declaration.method == .post, declaration.area == .api {
            parameters.append([
                "name": "Idempotency-Key", "in": "header", "description": "Makes a repeat within 24 hours get the first answer.",
                "schema": Schema.text(),
            ])
        }
        return parameters
    }

    private static func responses(_ declaration: RouteDeclaration, _ operation: Operation) -> [String: JSONValue] {
        var answer: [String: JSONValue] = ["description": .string(operation.answer.detail)]
        if let contentType = operation.answer.contentType, let schema = operation.answer.schema {
            answer["content"] = .object([contentType: ["schema": schema]])
        }
        var responses: [String: JSONValue] = [String(operation.answer.status): .object(answer)]
        var problems = operation.problems
        if declaration.callers != .anyone {
            problems += [AccessProblem.signInNeeded, AccessProblem.notPermitted(.settingsManage)] as [any Problem]
        }
        if operation.body != nil { problems += [RequestProblem.bodyUnreadable(""), RequestProblem.fieldMissing("")] as [any Problem] }
        for (status, group) in Dictionary(grouping: problems, by: { $0.kind.status.code }) {
            let codes = Set(group.map(\.code)).sorted()
            responses[String(status)] = problemResponse("One of: \(codes.joined(separator: ", ")).", codes: codes)
        }
        responses["default"] = problemResponse("Anything else that can't be done.", codes: [])
        return responses
    }

    private static func problemResponse(_ detail: String, codes: [String]) -> JSONValue {
        var response: [String: JSONValue] = [
            "description": .string(detail), "content": ["application/problem+json": ["schema": Schema.reference(ProblemSchema.self)]],
        ]
        if !codes.isEmpty { response["x-problem-codes"] = .array(codes.map { .string($0) }) }
        return .object(response)
    }
}

/// What is answered when something can't be done (RFC 9457).
enum ProblemSchema: APISchema {
    static let schemaName = "Problem"
    static let schema = Schema.object(
        [
            "type": Schema.text("A URN that ends in the code."), "title": Schema.text("The status in words."), "status": Schema.integer(),
            "code": Schema.text("Stable and dotted, such as message.window-closed."),
            "detail": Schema.text("What is wrong and what would work."),
            "field": Schema.text("The field at fault."), "requestId": Schema.text("Quote it when you ask about this answer."),
        ], optional: ["field"])
    static let example: JSONValue = [
        "type": "urn:switchboard:problem:phone-number.malformed", "title": "Unprocessable Content", "status": 422,
        "code": "phone-number.malformed",
        "detail": "“12” has 2 digits.", "field": "to", "requestId": "8f2e9b0c4d1a7e63",
    ]
}
