/// How to reach a server.
package struct PostgresSettings: Sendable {
    /// Given to libpq as it is: `postgres://…` or `host=… dbname=…`, several hosts, `sslmode`, `target_session_attrs` and all the rest.
    package var connectionString: String
    /// Instead of the database that the string names.
    package var databaseName: String?

    package init(connectionString: String, databaseName: String? = nil) {
        (self.connectionString, self.databaseName) = (connectionString, databaseName)
    }

    /// For libpq, which lets a later one of the same name win: ours, then the operator's, then what must be so.
    var parameters: [(name: String, value: String)] {
        var parameters = [
            // Seconds for each host.
            ("connect_timeout", "5"),
            // Milliseconds until a host that no longer answers is given up.
            ("tcp_user_timeout", "30000"),
            ("fallback_application_name", "switchboard"),
            ("dbname", connectionString),
            ("client_encoding", "UTF8"),
        ]
        if let databaseName { parameters.append(("dbname", databaseName)) }
        return parameters
    }

    /// Said to each new session. A statement or a transaction that hangs must not hold its locks for ever; the operator's own limits stay.
    static let sessionCommands = """
        SELECT set_config(name, value, false)
        FROM (VALUES ('statement_timeout', '30s'), ('idle_in_transaction_session_timeout', '30s'), ('lock_timeout', '20s')) AS ours (name, value)
        WHERE current_setting(name) = '0';
        SET idle_session_timeout = 0; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on
        """

    /// Our fragments and the events log need what came with 15.
    static let oldestVersion = 15
}
