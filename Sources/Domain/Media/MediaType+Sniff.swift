// A file is what its bytes say: a name and a declared type come from whoever sent it, and a page that believes them can be made to run a script.

extension MediaType {
    /// Bytes at the beginning of a file that ``sniff(_:)`` can use. Office documents name their parts within these.
    package static let sniffLength = 4_096

    /// Reads the type from a file's first bytes; ``unknown`` when they say nothing.
    package static func sniff(_ first: some Collection<UInt8>) -> MediaType {
        let bytes = Array(first.prefix(sniffLength))
        return image(bytes) ?? isoMedia(bytes) ?? sound(bytes) ?? document(bytes) ?? (looksLikeText(bytes) ? .plainText : .unknown)
    }

    /// The type to keep: the bytes', unless they only tell a container and the declared type is one that such a container can hold.
    package static func resolve(sniffed: MediaType, declared: MediaType?) -> MediaType {
        guard let declared else { return sniffed }
        return switch (sniffed, declared) {
        case (.zip, .docx), (.zip, .xlsx), (.zip, .pptx), (.compoundFile, .doc), (.compoundFile, .xls), (.compoundFile, .ppt), (.mp4, .m4a):
            declared
        default: sniffed
        }
    }

    /// An animated sticker may be larger than a still one.
    package static func isAnimatedWebP(_ first: some Collection<UInt8>) -> Bool {
        let bytes = Array(first.prefix(21))
        return bytes.count == 21 && bytes.has("WEBP", at: 8) && bytes.has("VP8X", at: 12) && bytes[20] & 0x02 != 0
    }

    private static func image(_ bytes: [UInt8]) -> MediaType? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.has("GIF87a") || bytes.has("GIF89a") { return .gif }
        if bytes.has("RIFF"), bytes.has("WEBP", at: 8) { return .webp }
        return nil
    }

    /// ISO base media: the brand after `ftyp` tells sound from film, if the writer was careful.
    private static func isoMedia(_ bytes: [UInt8]) -> MediaType? {
        guard bytes.has("ftyp", at: 4), bytes.count >= 12 else { return nil }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "M4A ", "M4B ": return .m4a
        case "qt  ": return .quickTime
        case "heic", "heix", "mif1", "msf1": return .heic
        case "M4V ", "MSNV", "avc1", "dash", "f4v ": return .mp4
        case let brand where brand.hasPrefix("3g"): return .threeGP
        case let brand where brand.hasPrefix("iso") || brand.hasPrefix("mp4"): return .mp4
        default: return nil
        }
    }

    private static func sound(_ bytes: [UInt8]) -> MediaType? {
        // The first page of an Ogg file holds the head of its stream: 28 bytes of page header, then `OpusHead`.
        if bytes.has("OggS") { return bytes.has("OpusHead", at: 28) ? .oggOpus : .ogg }
        if bytes.has("#!AMR") { return .amr }
        if bytes.has("RIFF"), bytes.has("WAVE", at: 8) { return .wav }
        if bytes.has("ID3") { return .mp3 }
        if bytes.has("ADIF") { return .aac }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return .webM }
        guard bytes.count >= 2, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
        // An MPEG audio frame: the two bits of its layer are 00 in AAC's ADTS frames and 01 in layer III.
        switch bytes[1] & 0x06 {
        case 0x00 where bytes[1] & 0xF0 == 0xF0: return .aac
        case 0x02: return .mp3
        default: return nil
        }
    }

    private static func document(_ bytes: [UInt8]) -> MediaType? {
        // Readers take a PDF whose mark stands a little later, but then it could be several things at once.
        if bytes.has("%PDF-") { return .pdf }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return .compoundFile }
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
        return officeDocument(bytes) ?? .zip
    }

    /// Looks for the name of a part that only one program's documents have, in the entries' own headers (`PK` 3 4, name at byte 30).
    private static func officeDocument(_ bytes: [UInt8]) -> MediaType? {
        for start in bytes.indices where bytes.has("PK\u{3}\u{4}", at: start) {
            if bytes.has("word/", at: start + 30) { return .docx }
            if bytes.has("xl/", at: start + 30) { return .xlsx }
            if bytes.has("ppt/", at: start + 30) { return .pptx }
        }
        return nil
    }

    /// No control characters but those that a text has, and no 0xFF, which no common encoding of text uses.
    private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
        let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        return !bytes.isEmpty
            && (isWide || bytes.allSatisfy { (0x20...0xFE).contains($0) && $0 != 0x7F || [0x09, 0x0A, 0x0C, 0x0D, 0x1B].contains($0) })
    }
}

extension [UInt8] {
    fileprivate func has(_ mark: String, at start: Int = 0) -> Bool {
        let mark = mark.utf8
        return start + mark.count <= count && self[start..<start + mark.count].elementsEqual(mark)
    }
}
