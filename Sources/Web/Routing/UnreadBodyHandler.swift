internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection whose request has been answered and goes on coming: what follows the answer is read away, but not for ever. Without
/// it whoever is refused could hold the connection with a byte now and then.
final class UnreadBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// As long as a body may take that somebody waits for. Closing at once would take the answer from a client that is still writing.
    static let patience: TimeAmount = .seconds(30)

    private let patience: TimeAmount
    private var isReading = false
    private var end: Scheduled<Void>?

    init(patience: TimeAmount = UnreadBodyHandler.patience) { self.patience = patience }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReading = true
        case .body: break
        case .end:
            isReading = false
            end?.cancel()
            end = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isReading, end == nil, case .end = unwrapOutboundIn(data) {
            end = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
        }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }
}
