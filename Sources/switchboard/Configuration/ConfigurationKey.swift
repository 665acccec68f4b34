/// Everything that can be configured. Flags (for all but the two secrets), variables, the file, `switchboard config`, `--help` and packaging/switchboard.conf.example
/// are all read from the table below, so that they can't disagree.
enum ConfigurationKey: String, CaseIterable, Sendable {
    case dataDirectory = "data-directory"
    case database
    case postgresConnections = "postgres-connections"
    case secretKey = "secret-key"
    case host
    case port
    case publicURL = "public-url"
    case trustedProxies = "trusted-proxies"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case shutdownSeconds = "shutdown-seconds"
    case roles
    case graphURL = "graph-url"
    case graphVersion = "graph-version"
    case metaAppID = "meta-app-id"
    case metaAppSecret = "meta-app-secret"
    case metaConfigID = "meta-config-id"
    case metaScriptURL = "meta-script-url"
    case mediaGigabytes = "media-gigabytes"
    case outsideNetworks = "outside-networks"
    case logLevel = "log-level"

    /// As it is written in the file, and behind `--`.
    var name: String { rawValue }

    /// `SWITCHBOARD_DATA_DIRECTORY` for `data-directory`.
    var variable: String { Self.variablePrefix + name.uppercased().replacing("-", with: "_") }

    static let variablePrefix = "SWITCHBOARD_"

    init?(variable: String) {
        guard let key = Self.allCases.first(where: { $0.variable == variable }) else { return nil }
        self = key
    }

    var setting: Setting {
        switch self {
        case .dataDirectory:
            Setting(
                type: "folder", initial: "data",
                summary: "Folder of the database of SQLite, of media, and of the key of the secrets; made when it is missing.")
        case .database:
            Setting(
                type: "file or connection string", initialText: "switchboard.db in the data directory",
                example: "postgresql://switchboard@localhost/switchboard", isSecret: true,
                summary: """
                    File of SQLite, or a connection string of PostgreSQL such as postgresql://user@host/name. With a password in it, set it by \
                    the variable or the file: every account of this machine can read the flags of a running program.
                    """)
        case .postgresConnections:
            Setting(type: "number from 2 to 200", initial: "12", summary: "Connections kept to PostgreSQL; without meaning for SQLite.")
        case .secretKey:
            Setting(
                type: "key of 32 bytes in base64", initialText: "secret.key in the data directory", example: "…", isSecret: true,
                summary: "Key that secrets are encrypted with. `openssl rand -base64 32` makes one. There is no flag for it.")
        case .host:
            Setting(type: "host name or IP address", initial: "127.0.0.1", summary: "Address to listen on; 0.0.0.0 or :: is every one.")
        case .port:
            Setting(type: "number from 0 to 65535", initial: "8080", summary: "Port to listen on; 0 lets the system choose.")
        case .publicURL:
            Setting(
                type: "address", initialText: "http and the host and port above", example: "https://chat.example.com",
                summary: "How people and WhatsApp reach the server, such as https://chat.example.com.")
        case .trustedProxies:
            Setting(
                type: "list of addresses and networks, with commas between", initialText: "none", example: "127.0.0.1",
                summary: "Reverse proxies whose X-Forwarded-For is believed, such as 127.0.0.1, 10.0.0.0/8.")
        case .tlsCertificate:
            Setting(
                type: "file", initialText: "none", example: "/etc/switchboard/certificate.pem",
                summary: "PEM file with the certificate chain. Needs tls-key.")
        case .tlsKey:
            Setting(
                type: "file", initialText: "none", example: "/etc/switchboard/key.pem",
                summary: "PEM file with the private key. Needs tls-certificate.")
        case .shutdownSeconds:
            Setting(
                type: "number from 1 to 300", unit: "seconds", initial: "10",
                summary: "How long calls in flight may take to end when the server is told to stop.")
        case .roles:
            Setting(
                type: "list of web, dispatch and jobs, with commas between", initial: "web,dispatch,jobs",
                summary: """
                    What this process does: web answers people and providers, dispatch sends, jobs works in the background. Others on the same \
                    PostgreSQL database do the rest; on SQLite there is one process, which does all.
                    """)
        case .graphURL:
            Setting(type: "address", initial: "https://graph.facebook.com", summary: "Where Meta's Graph API is.")
        case .graphVersion:
            Setting(type: "version", initial: "v26.0", summary: "Version of the Graph API.")
        case .metaAppID:
            Setting(
                type: "id of digits", initialText: "none", example: "1029384756",
                summary: """
                    Id of your own app at Meta, through which people connect numbers in Meta's window. Needs meta-app-secret and meta-config-id; \
                    without them numbers are connected by hand.
                    """)
        case .metaAppSecret:
            Setting(
                type: "secret", initialText: "none", example: "…", isSecret: true,
                summary:
                    "Secret of that app, from its App settings, Basic. There is no flag for it. switchboard doctor prints what the app's webhook form takes."
            )
        case .metaConfigID:
            Setting(
                type: "id of digits", initialText: "none", example: "998877665544",
                summary: "Id of that app's configuration under Facebook Login for Business, of the kind WhatsApp Embedded Signup.")
        case .metaScriptURL:
            Setting(
                type: "address", initial: "https://connect.facebook.net",
                summary: "Where the script that opens Meta's window is; only the page of a sign-up may load it.")
        case .mediaGigabytes:
            Setting(
                type: "number from 1 to 1000000", unit: "GiB", initial: "50",
                summary: "How much a workspace's files may take before uploads are refused; what customers send is always kept.")
        case .outsideNetworks:
            Setting(
                type: "list of addresses and networks, with commas between", initialText: "none", example: "10.1.0.0/16",
                summary: """
                    Networks of your own that addresses which people enter may lead to, also without https. Everything else that isn't the \
                    public internet is refused.
                    """)
        case .logLevel:
            Setting(
                type: "level: trace, debug, info, notice, warning, error or critical", initial: "info",
                summary: "The least important lines that are still logged to standard error.")
        }
    }

    /// What a person has to know of a key.
    struct Setting: Sendable {
        /// What may stand there, in words.
        let type: String
        var unit: String?
        /// The value without any setting; nil when there is none, or it depends on other keys.
        var initial: String?
        private var initialText: String?
        /// What somebody might set.
        let example: String
        /// Never printed.
        let isSecret: Bool
        /// One sentence.
        let summary: String

        init(
            type: String, unit: String? = nil, initial: String? = nil, initialText: String? = nil, example: String? = nil,
            isSecret: Bool = false, summary: String
        ) {
            (self.type, self.unit, self.initial, self.initialText) = (type, unit, initial, initialText)
            (self.isSecret, self.summary, self.example) = (isSecret, summary, example ?? initial ?? "")
        }

        /// The type in a word, for `--help`.
        var valueName: String { String(type.prefix(while: \.isLetter)) }

        /// The value without any setting, in words.
        var initialDescription: String { initial ?? initialText ?? "none" }
    }
}
