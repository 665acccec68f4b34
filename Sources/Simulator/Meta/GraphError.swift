/// A refusal by the Graph API, in its own envelope.
struct GraphError: Error, Sendable, Equatable {
    var status = 400
    var code: Int
    var subcode: Int?
    var type = "OAuthException"
    var message: String
    var details: String?
    /// Title and text for a person, on management edges.
    var user: (title: String, text: String)?
    var transient: Bool?
    /// What partly worked, beside the error.
    var beside: JSON.Member?

    static func == (left: GraphError, right: GraphError) -> Bool {
        left.code == right.code && left.subcode == right.subcode && left.details == right.details
    }

    /// The title that the platform gives a code, after `(#code)`.
    init(_ code: Int, _ title: String, details: String? = nil, status: Int = 400) {
        self.code = code
        self.message = "(#\(code)) \(title)"
        self.details = details
        self.status = status
    }

    static func missing(_ parameter: String) -> GraphError { GraphError(100, "The parameter \(parameter) is required.") }
    static func parameter(_ details: String) -> GraphError { GraphError(100, "Invalid parameter", details: details) }
    static func value(_ details: String) -> GraphError { GraphError(131009, "Parameter value is not valid", details: details) }

    /// One answer for absent objects, for those of others and for calls that don't exist.
    static func unknown(_ id: String, _ method: String) -> GraphError {
        var error = GraphError(100, "")
        error.subcode = 33
        error.type = "GraphMethodException"
        error.message =
            "Unsupported \(method.lowercased()) request. Object with ID '\(id)' does not exist, cannot be loaded due to missing permissions, "
            + "or does not support this operation"
        return error
    }

    static func token(_ message: String, code: Int = 190, subcode: Int? = nil) -> GraphError {
        var error = GraphError(code, "", status: 401)
        error.message = message
        error.subcode = subcode
        return error
    }

    /// A refusal of a template, with its reason in the subcode where one is known.
    static func template(_ subcode: Int?, _ title: String, _ text: String) -> GraphError {
        var error = GraphError(100, "")
        error.message = "Invalid parameter"
        error.subcode = subcode
        error.user = (title, text)
        error.transient = false
        return error
    }

    func json(trace: String) -> JSON {
        var json: JSON = [
            "error": .fields(
                ("message", .string(message)), ("type", .string(type)), ("code", .integer(code)),
                ("error_subcode", subcode.map { .integer($0) }), ("is_transient", transient.map { .bool($0) }),
                ("error_user_title", user.map { .string($0.title) }), ("error_user_msg", user.map { .string($0.text) }),
                ("error_data", details.map { ["messaging_product": "whatsapp", "details": .string($0)] }),
                ("fbtrace_id", .string(trace)))
        ]
        if let beside {
            json["messaging_product"] = "whatsapp"
            json[beside.name] = beside.value
        }
        return json
    }
}
