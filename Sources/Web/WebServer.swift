internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle

/// Listens, and answers with everything that ``WebRouter`` has, until the program shuts down.
package struct WebServer: Service {
    /// A connection on which nothing comes or goes is closed: it may be a client that sends a byte a minute to hold it.
    private static let idleSeconds: Int64 = 60

    private let application: Application<RouterResponder<WebContext>>

    /// Throws when the certificate or its key can't be read.
    /// - Parameter onRunning: is told the port, once connections are accepted.
    package init(_ web: WebRouter, configuration: WebConfiguration, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }) throws {
        application = Application(
            router: web.router, server: try Self.server(configuration),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) }, logger: logger)
    }

    package func run() async throws { try await application.run() }

    private static func server(_ configuration: WebConfiguration) throws -> HTTPServerBuilder {
        let plain: HTTPServerBuilder = .http1(configuration: .init(idleTimeout: .seconds(idleSeconds)))
        guard let certificateFile = configuration.certificateFile, let privateKeyFile = configuration.privateKeyFile else { return plain }
        let certificates = try NIOSSLCertificate.fromPEMFile(certificateFile).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: privateKeyFile, format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: certificates, privateKey: .privateKey(key))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        return try .tls(plain, tlsConfiguration: tls)
    }
}
