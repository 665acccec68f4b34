internal import DequeModule
internal import NIOCore

/// Pictures, voice notes and files that were uploaded, by businesses and by customers.
struct MediaShelf: Sendable {
    struct Item: Sendable {
        let id: String
        let bytes: ByteBuffer
        let mimeType: String
        let filename: String?
        let digest: [UInt8]
        /// The account whose numbers may use it.
        let account: String?
        let expiresAt: Int

        var hexDigest: String { digest.hex }
    }

    /// Bytes in all; the oldest go first.
    static let sizeLimit = 512 * 1024 * 1024
    static let uploadedDays = 30
    static let inboundDays = 7

    private var items: [String: Item] = [:]
    private var order: Deque<String> = []
    private var size = 0

    /// The item, unless it is gone or expired (milliseconds).
    func item(_ id: String, at now: Int) -> Item? {
        items[id].flatMap { $0.expiresAt > now ? $0 : nil }
    }

    mutating func insert(_ item: Item) {
        items[item.id] = item
        order.append(item.id)
        size += item.bytes.readableBytes
        while size > Self.sizeLimit, order.count > 1 { remove(order[0]) }
    }

    mutating func remove(_ id: String) {
        // The order holds removed ids until they come to the front.
        if let item = items.removeValue(forKey: id) { size -= item.bytes.readableBytes }
        while let first = order.first, items[first] == nil { order.removeFirst() }
    }
}

extension Sequence<UInt8> {
    var hex: String {
        var text = ""
        for byte in self {
            text.unicodeScalars.append(Self.digit(byte >> 4))
            text.unicodeScalars.append(Self.digit(byte & 15))
        }
        return text
    }

    private static func digit(_ value: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
    }
}
