package import AsyncHTTPClient
package import Domain

/// The way out to WhatsApp by Meta's Cloud API (Meta's pages, read 2026-11).
package struct MetaChannel: Channel {
    package static let defaultBaseURL = "https://graph.facebook.com"
    package static let defaultVersion = "v26.0"

    let graph: GraphClient
    let timeouts: MetaTimeouts
    let outside: any OutsideCaller

    /// - Parameters:
    ///   - client: made with ``MetaTimeouts/clientConfiguration``; its owner shuts it down.
    ///   - baseURL: scheme, host and port, without a path.
    ///   - outside: fetches profiles' pictures from hosts that aren't Graph, without the access token.
    package init(
        client: HTTPClient, baseURL: String = MetaChannel.defaultBaseURL, version: String = MetaChannel.defaultVersion,
        timeouts: MetaTimeouts = MetaTimeouts(), outside: any OutsideCaller = GuardedClient(OutsideRules())
    ) {
        self.outside = outside
        let base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        graph = GraphClient(client: client, root: "\(base)/\(version)", timeouts: timeouts)
        self.timeouts = timeouts
    }

    /// Only an error envelope proves that a message was refused, and only a call whose body never left proves that nothing was sent;
    /// everything else without a message id is unknown.
    package func send(_ message: OutboundMessage, from sender: SenderRoute) async -> SendAnswer {
        let body: JSONNode
        do { body = try MetaPayload.body(message) } catch { return .refused(.fail, error.messageError) }

        let answer: GraphAnswer
        do {
            answer = try await graph.post(
                "\(GraphClient.escape(sender.senderProviderID))/messages", body, token: sender.secrets.accessToken)
        } catch {
            return switch error {
            case .unreachable(let reason): .unreachable(reason: reason)
            case .unknown(let reason): .unknown(reason: reason)
            }
        }
        if let id = answer.body["messages"]?.list?.first?["id"]?.identifier {
            return .accepted(providerID: id)
        }
        if let error = answer.error { return .refused(MetaErrorCatalog.disposition(error), MetaErrorCatalog.messageError(error)) }
        return .unknown(reason: "the answer with status \(answer.status) can't be read")
    }

    package func markRead(providerMessageID: String, showsTyping: Bool, from sender: SenderRoute) async throws {
        let body: JSONNode = [
            "messaging_product": "whatsapp", "status": "read", "message_id": .string(providerMessageID),
            "typing_indicator": showsTyping ? ["type": "text"] : nil,
        ]
        let path = "\(GraphClient.escape(sender.senderProviderID))/messages"
        let answer = try await asking { () throws(GraphFailure) in try await graph.post(path, body, token: sender.secrets.accessToken) }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }

    /// The body of an answer that isn't an error. For calls that are safe to repeat, so that a lost answer is only a delay.
    func asking(_ call: () async throws(GraphFailure) -> GraphAnswer) async throws(ChannelProblem) -> JSONNode {
        let answer: GraphAnswer
        do { answer = try await call() } catch { throw .temporary(error.reason) }
        if let error = answer.error { throw ChannelProblem(error) }
        guard answer.status == 200 else {
            throw answer.status >= 500 || answer.status == 429
                ? .temporary("the server answered \(answer.status)") : .permanent("the server answered \(answer.status)")
        }
        return answer.body
    }
}

extension ChannelProblem {
    init(_ error: GraphError) {
        let words = MetaErrorCatalog.messageError(error)
        let reason = "code \(error.code)"
        self =
            switch MetaErrorCatalog.disposition(error) {
            case .retry, .slowDown, .hold: .temporary(reason)
            case .stopSender where MetaErrorCatalog.isCredential(error): .credentials(reason)
            default: .permanent("\(reason): \(words.detail)")
            }
    }
}
