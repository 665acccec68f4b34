internal import ArgumentParser
internal import Foundation

/// The flags of everything that can be configured.
struct ConfigurationOptions: ParsableArguments {
    @OptionGroup var place: DatabaseOptions
    @Option(key: .postgresConnections) var postgresConnections: String?
    @Option(key: .host) var host: String?
    @Option(key: .port) var port: String?
    @Option(key: .publicURL) var publicURL: String?
    @Option(key: .trustedProxies) var trustedProxies: String?
    @Option(key: .tlsCertificate) var tlsCertificate: String?
    @Option(key: .tlsKey) var tlsKey: String?
    @Option(key: .shutdownSeconds) var shutdownSeconds: String?
    @Option(key: .roles) var roles: String?
    @Option(key: .graphURL) var graphURL: String?
    @Option(key: .graphVersion) var graphVersion: String?
    @Option(key: .metaAppID) var metaAppID: String?
    @Option(key: .metaConfigID) var metaConfigID: String?
    @Option(key: .metaScriptURL) var metaScriptURL: String?
    @Option(key: .mediaGigabytes) var mediaGigabytes: String?
    @Option(key: .outsideNetworks) var outsideNetworks: String?

    func values() throws -> ConfigurationValues {
        try place.values(and: [
            .postgresConnections: postgresConnections, .host: host, .port: port, .publicURL: publicURL,
            .trustedProxies: trustedProxies, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey,
            .shutdownSeconds: shutdownSeconds, .roles: roles, .graphURL: graphURL, .graphVersion: graphVersion,
            .metaAppID: metaAppID, .metaConfigID: metaConfigID, .metaScriptURL: metaScriptURL,
            .mediaGigabytes: mediaGigabytes, .outsideNetworks: outsideNetworks,
        ])
    }
}

/// The flags of a command that only needs the database. The secrets have none: every account of a machine can read the flags of its programs.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "File with lines of key = value; SWITCHBOARD_CONFIG is the same.")
    var config: String?
    @Option(key: .dataDirectory) var dataDirectory: String?
    @Option(key: .database) var database: String?
    @Option(key: .logLevel) var logLevel: String?

    func configuration() throws -> Configuration { try Configuration(values()) }

    func values(and others: [ConfigurationKey: String?] = [:]) throws -> ConfigurationValues {
        let own: [ConfigurationKey: String?] = [
            .dataDirectory: dataDirectory, .database: database, .logLevel: logLevel,
        ]
        return try ConfigurationValues(
            flags: own.merging(others) { $1 }.compactMapValues { $0 }, file: config, environment: ProcessInfo.processInfo.environment)
    }
}

extension Option where Value == String? {
    /// A flag with the name and the words of a key.
    init(key: ConfigurationKey) {
        let setting = key.setting
        let unit = setting.unit.map { ", in \($0)" } ?? ""
        self.init(
            name: .customLong(key.name),
            help: ArgumentHelp("\(setting.summary) (default: \(setting.initialDescription)\(unit))", valueName: setting.valueName))
    }
}
