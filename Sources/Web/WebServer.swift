internal import Domain
internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle

/// Listens, and answers with everything that ``WebRouter`` has, until the program shuts down.
package struct WebServer: Service {
    /// A connection on which nothing comes or goes for so long is closed. What comes slowly is ``UnreadBodyHandler``'s and ``Request``'s.
    private static let idleSeconds: Int64 = 60
    /// Connections at once; more wait until one closes. Each open page is one, and files and the database need descriptors too.
    private static let connectionLimit = 10_000

    private let application: Application<RouterResponder<WebContext>>
    private let configuration: WebConfiguration

    /// Throws ``ListenProblem/certificateUnusable(_:key:)`` when the certificate or its key can't be used.
    /// - Parameter onRunning: is told the port, once connections are accepted.
    package init(
        _ web: WebRouter, configuration: WebConfiguration, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        application = Application(
            router: web.router, server: try Self.server(configuration, logger),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil,
                availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: logger)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) }, logger: logger)
    }

    /// Throws ``ListenProblem`` when there is no listening on the address.
    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenProblem.refused(configuration.host, port: configuration.port, reason: String(cString: strerror(error.errnoCode)))
        } catch is SocketAddressError {
            throw ListenProblem.hostUnknown(configuration.host)
        }
    }

    private static func server(_ configuration: WebConfiguration, _ logger: Logger) throws -> HTTPServerBuilder {
        let plain = Self.plain()
        guard let certificateFile = configuration.certificateFile, let privateKeyFile = configuration.privateKeyFile else { return plain }
        do {
            return try .tls(plain, tlsConfiguration: Self.tls(certificateFile: certificateFile, privateKeyFile: privateKeyFile))
        } catch {
            logger.debug("The certificate can't be used", metadata: ["error": "\(String(reflecting: error))"])
            throw ListenProblem.certificateUnusable(certificateFile, key: privateKeyFile)
        }
    }

    static func plain(patience: TimeAmount = UnreadBodyHandler.patience) -> HTTPServerBuilder {
        .http1(
            configuration: .init(additionalChannelHandlers: [UnreadBodyHandler(patience: patience)], idleTimeout: .seconds(idleSeconds)))
    }

    private static func tls(certificateFile: String, privateKeyFile: String) throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMFile(certificateFile).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: privateKeyFile, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: certificates, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        return tls
    }
}

/// Why the server doesn't listen.
enum ListenProblem: Problem, Equatable {
    case refused(String, port: Int, reason: String)
    case hostUnknown(String)
    case certificateUnusable(String, key: String)

    var kind: ProblemKind { .unavailable }

    var code: String {
        switch self {
        case .refused: "server.address-refused"
        case .hostUnknown: "server.host-unknown"
        case .certificateUnusable: "server.certificate-unusable"
        }
    }

    var detail: String {
        switch self {
        case .refused(let host, let port, let reason):
            "Port \(port) of \(host) can't be listened on (\(reason)). Choose another with --port, or another address with --host."
        case .hostUnknown(let host): "There is no address \(host) on this machine. Choose another with --host, such as 127.0.0.1."
        case .certificateUnusable(let certificate, let key):
            "The certificate \(certificate) can't be used with the private key \(key). Both must be PEM files and belong together."
        }
    }
}
