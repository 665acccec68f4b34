internal import AsyncHTTPClient
package import Domain
internal import NIOCore
internal import NIOHTTP1
package import NIOSSL

/// The one client for addresses that people give us. It finds the host's addresses itself, refuses the call when one of them isn't allowed, and connects
/// to an address that it has looked at, so that a name that changes its mind between the look and the connection gains nothing. The certificate is
/// still that of the name.
package struct GuardedClient: OutsideCaller {
    /// Addresses of one host that are tried, one after the other while no connection stands.
    private static let addressLimit = 4
    private static let connectTimeout = TimeAmount.seconds(5)
    /// For finding the addresses of a host alone.
    private static let lookTimeout = Duration.seconds(10)

    /// All addresses of a name. Called for names only.
    package typealias Resolver = @Sendable (String) async throws -> [IPAddress]

    private let rules: OutsideRules
    private let resolve: Resolver
    private let tls: TLSConfiguration?

    /// - Parameter tls: for tests, whose certificates nobody else trusts.
    package init(_ rules: OutsideRules, resolve: @escaping Resolver = SystemResolver.addresses, tls: TLSConfiguration? = nil) {
        (self.rules, self.resolve, self.tls) = (rules, resolve, tls)
    }

    package func send(_ call: OutsideCall) async throws(OutsideFailure) -> OutsideAnswer {
        let deadline = ContinuousClock.now + call.timeout
        let addresses = try await allowedAddresses(of: call.address, within: call.timeout)
        var failure = OutsideFailure.unreachable("The host has no address.")
        for address in addresses.prefix(Self.addressLimit) {
            do {
                return try await send(call, to: address, until: deadline)
            } catch .unreachable(let reason) {
                failure = .unreachable(reason)
            }
        }
        throw failure
    }

    package func check(_ address: OutsideAddress) async throws(OutsideFailure) { _ = try await allowedAddresses(of: address) }

    /// Version 4 first, which more networks carry.
    private func allowedAddresses(
        of address: OutsideAddress, within limit: Duration = lookTimeout
    ) async throws(OutsideFailure) -> [IPAddress] {
        let found: [IPAddress]
        if let literal = IPAddress(parsing: address.host) {
            found = [literal]
        } else {
            do {
                found = try await HostLook.addresses(of: address.host, by: resolve, within: min(limit, Self.lookTimeout))
            } catch {
                throw .unreachable("The host name isn\u{2019}t known.")
            }
        }
        // One bad address among good ones is somebody trying.
        guard found.allSatisfy(rules.allows) else { throw .refused("The address leads into a private network.") }
        guard address.isSecure || found.allSatisfy(rules.isPermitted) else { throw .refused("The address must begin with https.") }
        return found.filter(\.isVersion4) + found.filter { !$0.isVersion4 }
    }

    private func send(
        _ call: OutsideCall, to address: IPAddress, until deadline: ContinuousClock.Instant
    ) async throws(OutsideFailure) -> OutsideAnswer {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw .unreachable("No connection in time.") }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: .init(connect: Self.connectTimeout, read: TimeAmount(left)),
            proxy: nil)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.tracing.tracer = nil
        if IPAddress(parsing: call.address.host) == nil { configuration.dnsOverride = [call.address.host: address.text] }

        var request = HTTPClientRequest(url: call.address.text)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        request.headers.replaceOrAdd(name: "user-agent", value: "switchboard")
        request.headers.replaceOrAdd(name: "connection", value: "close")
        let note = DepartureNote()
        if !call.body.isEmpty { request.body = .bytes(NotedBytes(call.body, note), length: .known(Int64(call.body.count))) }

        // A client of its own: its one connection goes to the address that was looked at, and is used by nobody else.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<OutsideAnswer, OutsideFailure>
        do {
            result = .success(try await Self.answer(client, request, to: call, within: left))
        } catch {
            let reason = Self.reason(error)
            result = .failure(note.hasBegun ? .unknown(reason) : .unreachable(reason))
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// The client's own deadline ends with the answer's head; one that trickles has to end too.
    private static func answer(
        _ client: HTTPClient, _ request: HTTPClientRequest, to call: OutsideCall, within left: Duration
    ) async throws -> OutsideAnswer {
        try await withThrowingTaskGroup(of: OutsideAnswer?.self) { group in
            group.addTask {
                let response = try await client.execute(request, deadline: .now() + TimeAmount(left))
                let headers = response.headers.map { (name: $0.name, value: $0.value) }
                return OutsideAnswer(status: Int(response.status.code), headers: headers, body: try await body(of: response, for: call))
            }
            group.addTask {
                try await Task.sleep(for: left)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let answer = first else { throw HTTPClientError.deadlineExceeded }
            return answer
        }
    }

    private static func body(of response: HTTPClientResponse, for call: OutsideCall) async throws -> [UInt8] {
        guard call.mayCutAnswer else { return Array(try await response.body.collect(upTo: call.answerLimit).readableBytesView) }
        var body: [UInt8] = []
        for try await part in response.body {
            body += part.readableBytesView.prefix(call.answerLimit - body.count)
            if body.count == call.answerLimit { break }
        }
        return body
    }

    private static func reason(_ error: any Error) -> String {
        let words = GraphClient.reason(error)
        return words.prefix(1).uppercased() + words.dropFirst() + "."
    }
}
