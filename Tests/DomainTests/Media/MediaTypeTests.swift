import Domain
import Testing

@Suite("What a file is")
struct MediaTypeTests {
    @Test(
        "is told by its first bytes",
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE0], MediaType.jpeg),
            ([0x89] + bytes("PNG\r\n\u{1A}\n"), .png),
            (bytes("GIF89a"), .gif),
            (bytes("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 "), .webp),
            (bytes("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt "), .wav),
            (box("mp42"), .mp4), (box("isom"), .mp4), (box("iso5"), .mp4), (box("3gp4"), .threeGP), (box("M4A "), .m4a),
            (box("qt  "), .quickTime), (box("heic"), .heic), (box("avif"), .unknown),
            (ogg("OpusHead"), .oggOpus), (ogg("\u{1}vorbis"), .ogg), (bytes("OggS"), .ogg),
            (bytes("ID3\u{4}"), .mp3), ([0xFF, 0xFB, 0x90], .mp3), ([0xFF, 0xF3, 0x90], .mp3),
            ([0xFF, 0xF1, 0x50], .aac), ([0xFF, 0xF9, 0x50], .aac), (bytes("#!AMR\n"), .amr),
            ([0x1A, 0x45, 0xDF, 0xA3], .webM),
            (bytes("%PDF-1.7"), .pdf),
            (zip(["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), .docx),
            (zip(["[Content_Types].xml", "xl/workbook.xml"]), .xlsx),
            (zip(["[Content_Types].xml", "ppt/presentation.xml"]), .pptx),
            (zip(["photos/keyword/a.jpg"]), .zip),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .compoundFile),
            (bytes("Olá\r\n\tmundo"), .plainText), (bytes("<html><script>alert(1)</script>"), .plainText),
            (bytes("<svg onload='x'>"), .plainText),
            ([0xFF, 0xFE, 0x41, 0x00], .plainText),
            ([0x00, 0x01, 0x02], .unknown), ([], .unknown), ([0xFF], .unknown), (bytes("MZ\u{0}\u{1}"), .unknown),
        ] as [([UInt8], MediaType)])
    func sniffs(first: [UInt8], type: MediaType) { #expect(MediaType.sniff(first) == type) }

    @Test(
        "what was declared counts only where the bytes leave it open",
        arguments: [
            (MediaType.zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MediaType.xlsx),
            (.compoundFile, "application/msword", .doc),
            (.mp4, "audio/mp4", .m4a),
            (.mp4, "audio/ogg", .mp4),
            (.plainText, "text/html", .plainText),
            (.jpeg, "image/png", .jpeg),
            (.zip, "application/pdf", .zip),
            (.unknown, "image/jpeg", .unknown),
            (.pdf, "nonsense", .pdf),
        ])
    func resolves(sniffed: MediaType, declared: String, kept: MediaType) {
        #expect(MediaType.resolve(sniffed: sniffed, declared: MediaType(parsing: declared)) == kept)
    }

    @Test(
        "declared types are read without their parameters",
        arguments: [
            ("audio/ogg; codecs=opus", "audio/ogg"), ("IMAGE/JPEG", "image/jpeg"), ("text/plain;charset=utf-8", "text/plain"),
            ("image/svg+xml", "image/svg+xml"),
            ("image", nil), ("image/", nil), ("/png", nil), ("a/b/c", nil), ("text/<b>", nil), ("", nil), ("text/pl\nain", "text/plain"),
        ] as [(String, String?)])
    func parses(declared: String, text: String?) { #expect(MediaType(parsing: declared)?.text == text) }

    @Test("an animated sticker says so in its first chunk")
    func animation() {
        let head = bytes("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8X") + [10, 0, 0, 0]
        #expect(MediaType.isAnimatedWebP(head + [0x02]))
        #expect(!MediaType.isAnimatedWebP(head + [0x10]))
        #expect(!MediaType.isAnimatedWebP(head))
        #expect(!MediaType.isAnimatedWebP(bytes("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ") + [10, 0, 0, 0, 0x02]))
    }

    @Test("nothing that can run a script is shown in a page")
    func inline() {
        for type in [MediaType.jpeg, .png, .gif, .webp, .mp4, .oggOpus, .mp3, .m4a] { #expect(type.isSafeInline) }
        for type in [MediaType.plainText, .pdf, .docx, .zip, .unknown, .heic, MediaType(parsing: "image/svg+xml")!] {
            #expect(!type.isSafeInline)
        }
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func box(_ brand: String) -> [UInt8] { [0, 0, 0, 24] + bytes("ftyp" + brand) + [0, 0, 0, 0] }

private func ogg(_ head: String) -> [UInt8] { bytes("OggS") + Array(repeating: 0, count: 24) + bytes(head) }

/// Local headers alone, with the names that tell the kind.
private func zip(_ names: [String]) -> [UInt8] {
    names.flatMap { name in bytes("PK\u{3}\u{4}") + Array(repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + bytes(name) }
}
