/// A picture that can be a number's logo or banner: its type and size are what its bytes say.
package struct ProfilePicture: Sendable, Equatable {
    /// Bytes (Meta's limit for pictures).
    package static let byteLimit = 5 * 1_024 * 1_024
    /// Pixels of a logo; fewer look blurred in a chat's head.
    package static let shortestSide = 192

    package let bytes: [UInt8]
    /// JPEG or PNG.
    package let type: MediaType

    /// Reads one that comes from WhatsApp, of whatever form. Throws ``ProfileProblem``.
    package init(read bytes: [UInt8], as field: ProfileField) throws(ProfileProblem) {
        guard bytes.count <= Self.byteLimit else { throw .pictureTooLarge(field) }
        type = MediaType.sniff(bytes)
        guard type == .jpeg || type == .png else { throw .pictureTypeWrong(field) }
        self.bytes = bytes
    }

    /// Reads one that somebody chose. Throws ``ProfileProblem``.
    package init(_ bytes: [UInt8], as field: ProfileField) throws(ProfileProblem) {
        try self.init(read: bytes, as: field)
        guard let size = PictureSize(bytes) else { throw .pictureUnreadable(field) }
        guard field == .picture else { return }
        guard size.width == size.height else { throw .pictureNotSquare(size) }
        guard size.width >= Self.shortestSide else { throw .pictureTooSmall(size) }
    }

    package var filename: String { "picture.\(type.filenameExtension)" }
}

/// Width and height in pixels, from the head of a file: nothing is decoded.
package struct PictureSize: Sendable, Equatable {
    package let width, height: Int

    package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

    package var words: String { "\(width) × \(height) pixels" }

    /// Of a PNG or JPEG file; nil when its head is damaged.
    package init?(_ bytes: [UInt8]) {
        let found = bytes.first == 0x89 ? Self.png(bytes) : Self.jpeg(bytes)
        guard let found, found.width > 0, found.height > 0 else { return nil }
        self = found
    }

    /// The first part of a PNG file is `IHDR` (PNG, §11.2.1): its length and name, then width and height in four bytes each.
    private static func png(_ bytes: [UInt8]) -> PictureSize? {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8), bytes[16] < 0x80, bytes[20] < 0x80 else { return nil }
        return PictureSize(
            width: number(bytes, at: 16, length: 4), height: number(bytes, at: 20, length: 4))
    }

    /// Goes from marker to marker up to the frame's head (ITU T.81, §B.2.2): length, precision, then height and width in two bytes each.
    private static func jpeg(_ bytes: [UInt8]) -> PictureSize? {
        var place = 2
        while place + 9 <= bytes.count {
            guard bytes[place] == 0xFF else { return nil }
            let marker = bytes[place + 1]
            switch marker {
            // A filling byte.
            case 0xFF: place += 1
            // Markers without anything after them.
            case 0x01, 0xD0...0xD7: place += 2
            // Frames, without the tables that have numbers among theirs.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return PictureSize(width: number(bytes, at: place + 7, length: 2), height: number(bytes, at: place + 5, length: 2))
            default:
                let length = number(bytes, at: place + 2, length: 2)
                guard length >= 2 else { return nil }
                place += 2 + length
            }
        }
        return nil
    }

    private static func number(_ bytes: [UInt8], at place: Int, length: Int) -> Int {
        bytes[place..<place + length].reduce(0) { $0 << 8 | Int($1) }
    }
}
