internal import Domain
internal import Foundation
internal import Logging
internal import Services
internal import Store
internal import Web

/// What the operator wants, read once at start. Every value has been checked.
struct Configuration: Sendable {
    let dataDirectory: URL
    /// A file of SQLite, or a connection string of PostgreSQL; see ``defaultDatabase(in:)``.
    let database: String
    let postgresConnections: Int
    /// As ``SecretKey`` reads it; nil leaves the key to the file in the data directory.
    let secretKey: String?
    let host: String
    let port: Int
    let publicURL: PublicURL?
    let trustedProxies: TrustedProxies
    let tlsCertificate: String?
    let tlsKey: String?
    let shutdownSeconds: Int
    let roles: Set<ProcessRole>
    let graphURL: String
    let graphVersion: String
    /// The operator's app for sign-ups; nil without one.
    let signupApp: SignupApp?
    let mediaGigabytes: Int
    let outsideRules: OutsideRules
    let logLevel: Logger.Level

    init(_ values: ConfigurationValues) throws(ConfigurationProblem) {
        let reader = Reader(values: values)
        let folder = try reader.text(.dataDirectory, example: "/var/lib/switchboard") ?? "data"
        dataDirectory = URL(filePath: folder, directoryHint: .isDirectory)
        database = try reader.text(.database, example: "data/switchboard.db") ?? Self.defaultDatabase(in: dataDirectory)
        postgresConnections = try reader.integer(.postgresConnections, in: 2...200)
        secretKey = try reader.parsed(.secretKey, expected: "it takes 32 bytes in base64, as `openssl rand -base64 32` makes them") {
            SecretKey(parsing: $0) == nil ? nil : $0
        }
        host =
            try reader.parsed(.host, expected: "it takes an IP address or a host name, such as 127.0.0.1") {
                Self.isHost($0) ? $0 : nil
            } ?? "127.0.0.1"
        port = try reader.integer(.port, in: 0...65_535)
        publicURL = try reader.parsed(
            .publicURL, expected: "it takes http:// or https:// with a host and nothing behind, such as https://chat.example.com"
        ) { PublicURL(parsing: $0) }
        trustedProxies =
            try reader.parsed(
                .trustedProxies, expected: "it takes addresses and networks with commas between, such as 127.0.0.1, 10.0.0.0/8"
            ) { TrustedProxies(parsing: $0) } ?? .none
        tlsCertificate = try reader.readableFile(.tlsCertificate)
        tlsKey = try reader.readableFile(.tlsKey)
        shutdownSeconds = try reader.integer(.shutdownSeconds, in: 1...300)
        roles =
            try reader.parsed(.roles, expected: "it takes one or more of web, dispatch and jobs with commas between, such as web,jobs") {
                ProcessRole.set(parsing: $0)
            } ?? Set(ProcessRole.allCases)
        graphURL =
            try reader.parsed(.graphURL, expected: "it takes http:// or https:// with a host, such as https://graph.facebook.com") {
                PublicURL(parsing: $0)?.text
            } ?? ""
        graphVersion =
            try reader.parsed(.graphVersion, expected: "it takes a version such as v26.0") { Self.isGraphVersion($0) ? $0 : nil } ?? ""
        signupApp = try Self.signupApp(reader, graphVersion: graphVersion)
        mediaGigabytes = try reader.integer(.mediaGigabytes, in: 1...1_000_000)
        outsideRules = OutsideRules(
            permitting: try reader.parsed(
                .outsideNetworks, expected: "it takes addresses and networks with commas between, such as 10.1.0.0/16, 192.168.1.7"
            ) { IPNetwork.list(parsing: $0) } ?? [])
        logLevel =
            try reader.parsed(.logLevel, expected: "it takes one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))") {
                Logger.Level(rawValue: $0.lowercased())
            } ?? .info
        if tlsCertificate != nil, tlsKey == nil { throw .partnerMissing(.tlsCertificate, needs: .tlsKey) }
        if tlsKey != nil, tlsCertificate == nil { throw .partnerMissing(.tlsKey, needs: .tlsCertificate) }
        if case .sqlite = DatabaseLocation(database), roles.count < ProcessRole.allCases.count {
            throw .rolesIncomplete(values.source(of: .roles))
        }
    }

    private static func signupApp(_ reader: Reader, graphVersion: String) throws(ConfigurationProblem) -> SignupApp? {
        func number(_ key: ConfigurationKey) throws(ConfigurationProblem) -> String? {
            try reader.parsed(key, expected: "it takes the digits that Meta shows") { text in
                !text.isEmpty && text.utf8.count <= 40 && text.utf8.allSatisfy { (48...57).contains($0) } ? text : nil
            }
        }
        let (id, configuration) = (try number(.metaAppID), try number(.metaConfigID))
        let secret = try reader.parsed(.metaAppSecret, expected: "it is empty, and takes the secret that Meta shows") {
            $0.isBlank ? nil : $0.trimmed
        }
        let server =
            try reader.parsed(.metaScriptURL, expected: "it takes http:// or https:// with a host, such as https://connect.facebook.net") {
                PublicURL(parsing: $0)?.text
            } ?? ""
        let given: [(ConfigurationKey, String?)] = [(.metaAppID, id), (.metaAppSecret, secret), (.metaConfigID, configuration)]
        guard let first = given.first(where: { $0.1 != nil }) else { return nil }
        if let missing = given.first(where: { $0.1 == nil }) { throw .partnerMissing(first.0, needs: missing.0) }
        return SignupApp(
            appID: id ?? "", appSecret: secret ?? "", configurationID: configuration ?? "", scriptServer: server, graphVersion: graphVersion
        )
    }

    static func defaultDatabase(in dataDirectory: URL) -> String { dataDirectory.appending(path: "switchboard.db").path }

    /// Whether only this machine can reach the server.
    static func isLoopback(_ host: String) -> Bool {
        // Digits and dots only: 127.example.com is a name, and may be anybody's.
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber })
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && text.utf8.allSatisfy { $0.isLetterOrDigit || [45, 46, 58].contains($0) }
    }

    private static func isGraphVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.hasPrefix("v") && parts.count == 2 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool { (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) }
}

/// Turns texts into values, or says what would work.
private struct Reader {
    let values: ConfigurationValues

    func text(_ key: ConfigurationKey, example: String) throws(ConfigurationProblem) -> String? {
        try parsed(key, expected: "it is empty, and takes a value such as \(example)") { $0.isEmpty ? nil : $0 }
    }

    func integer(_ key: ConfigurationKey, in range: ClosedRange<Int>) throws(ConfigurationProblem) -> Int {
        let unit = key.setting.unit.map { " of \($0)" } ?? ""
        let value = try parsed(key, expected: "it takes a number\(unit) from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        guard let value else { preconditionFailure("\(key.name) needs a value in the table") }
        return value
    }

    func readableFile(_ key: ConfigurationKey) throws(ConfigurationProblem) -> String? {
        try parsed(key, expected: "it takes the path of a file that this account can read") { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue && FileManager.default.isReadableFile(atPath: path) ? path : nil
        }
    }

    func parsed<T>(_ key: ConfigurationKey, expected: String, _ parse: (String) -> T?) throws(ConfigurationProblem) -> T? {
        guard let value = values[key] else { return nil }
        guard let result = parse(value.text) else { throw .valueWrong(key, value.source, expected: expected) }
        return result
    }
}
