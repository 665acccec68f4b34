internal import CCurl
package import Domain
internal import NIOPosix

/// Hands e-mail to a server by libcurl. A workspace's owner names the server, so that it may lead only where such addresses may.
package struct SMTPClient: MailSender {
    private static let lookSeconds = 10
    private static let connectSeconds = 10
    private static let callSeconds = 60

    private let rules: OutsideRules
    private let resolve: GuardedClient.Resolver

    package init(_ rules: OutsideRules, resolve: @escaping GuardedClient.Resolver = SystemResolver.addresses) {
        (self.rules, self.resolve) = (rules, resolve)
    }

    package func send(_ message: MailMessage, by settings: MailSettings, password: String?) async throws(MailFailure) {
        let address = try await address(of: settings)
        let result: Result<Void, MailFailure>
        do {
            // libcurl waits; a thread that may wait does it.
            result = try await WaitingThreads.mail.runIfActive {
                Result { () throws(MailFailure) in try Self.call(message, settings, password, address) }
            }
        } catch {
            throw .later("The program is stopping.")
        }
        try result.get()
    }

    private func address(of settings: MailSettings) async throws(MailFailure) -> IPAddress {
        let found: [IPAddress]
        if let literal = IPAddress(parsing: settings.host) {
            found = [literal]
        } else {
            do {
                found = try await HostLook.addresses(of: settings.host, by: resolve, within: .seconds(Self.lookSeconds))
            } catch {
                throw .later("The server\u{2019}s name isn\u{2019}t known.")
            }
        }
        guard found.allSatisfy(rules.allows) else { throw .refused("The server is in a private network.") }
        guard settings.security != .none || found.allSatisfy(rules.isPermitted) else {
            throw .refused("E-mail isn\u{2019}t sent without encryption over the internet.")
        }
        guard let first = found.first(where: \.isVersion4) ?? found.first else {
            throw .later("The server\u{2019}s name isn\u{2019}t known.")
        }
        return first
    }

    private static func call(
        _ message: MailMessage, _ settings: MailSettings, _ password: String?, _ address: IPAddress
    ) throws(MailFailure) {
        guard let call = curl_easy_init() else { throw .later("The program has no memory left.") }
        defer { curl_easy_cleanup(call) }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        _ = switchboard_curl_text(
            call, CURLOPT_URL, "\(settings.security == .tls ? "smtps" : "smtp")://\(host):\(settings.port)/switchboard")
        _ = switchboard_curl_text(call, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        _ = switchboard_curl_text(call, CURLOPT_PROXY, "")
        _ = switchboard_curl_number(call, CURLOPT_NOSIGNAL, 1)
        _ = switchboard_curl_number(call, CURLOPT_CONNECTTIMEOUT, connectSeconds)
        _ = switchboard_curl_number(call, CURLOPT_TIMEOUT, callSeconds)
        if settings.security == .startTLS { _ = switchboard_curl_number(call, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        // The address that was looked at, and no other; the certificate is still that of the name.
        let pinned = address.isVersion4 ? address.text : "[\(address.text)]"
        let names = curl_slist_append(nil, "\(settings.host):\(settings.port):\(pinned)")
        defer { curl_slist_free_all(names) }
        if IPAddress(parsing: settings.host) == nil { _ = switchboard_curl_list(call, CURLOPT_RESOLVE, names) }
        if let user = settings.user {
            _ = switchboard_curl_text(call, CURLOPT_USERNAME, user)
            _ = switchboard_curl_text(call, CURLOPT_PASSWORD, password ?? "")
        }
        _ = switchboard_curl_text(call, CURLOPT_MAIL_FROM, "<\(message.from.text)>")
        let people = curl_slist_append(nil, "<\(message.to.text)>")
        defer { curl_slist_free_all(people) }
        _ = switchboard_curl_list(call, CURLOPT_MAIL_RCPT, people)

        let bytes = message.bytes
        let (code, taken) = bytes.withUnsafeBufferPointer { buffer in
            var source = switchboard_curl_message(bytes: buffer.baseAddress, count: buffer.count, taken: 0)
            return withUnsafeMutablePointer(to: &source) { source in
                _ = switchboard_curl_send(call, source)
                return (curl_easy_perform(call), source.pointee.taken)
            }
        }
        guard code != CURLE_OK else { return }
        throw failure(code, status: switchboard_curl_status(call), isComplete: taken == bytes.count)
    }

    private static func failure(_ code: CURLcode, status: Int, isComplete: Bool) -> MailFailure {
        switch code {
        case CURLE_LOGIN_DENIED: .refused("The server doesn\u{2019}t take this user and password.")
        case CURLE_PEER_FAILED_VERIFICATION: .refused("The server\u{2019}s certificate isn\u{2019}t good for its name.")
        case CURLE_USE_SSL_FAILED: .refused("The server offers no encryption. Choose another way, or another port.")
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST: .later("The server can\u{2019}t be reached.")
        default:
            switch status {
            case 500...: .refused("The server refused it with status \(status).")
            case 400..<500: .later("The server asks to try later, with status \(status).")
            default:
                isComplete
                    ? .unknown("The server gave no answer.")
                    : .later("The connection failed: \(String(cString: curl_easy_strerror(code)).lowercased()).")
            }
        }
    }
}
