import Domain
import Testing

@Suite("Which files go as what")
struct MediaRulesTests {
    @Test(
        "each type has one kind, or none",
        arguments: [
            (MediaType.jpeg, MediaContent.Kind.image), (.png, .image), (.mp4, .video), (.threeGP, .video), (.oggOpus, .audio),
            (.m4a, .audio),
            (.mp3, .audio), (.aac, .audio), (.amr, .audio), (.pdf, .document), (.docx, .document), (.xls, .document),
            (.plainText, .document),
            (.webp, .sticker), (.gif, nil), (.heic, nil), (.webM, nil), (.ogg, nil), (.wav, nil), (.zip, nil), (.compoundFile, nil),
            (.unknown, nil),
        ] as [(MediaType, MediaContent.Kind?)])
    func kinds(type: MediaType, kind: MediaContent.Kind?) { #expect(MediaContent.Kind(for: type) == kind) }

    @Test(
        "a file goes only as a kind that takes it, when it is here",
        arguments: [
            (file(.stored, "image/jpeg", 5 * 1_024 * 1_024), .image, nil),
            (file(.stored, "image/jpeg", 5 * 1_024 * 1_024 + 1), .image, .tooLarge(limit: 5 * 1_024 * 1_024, of: .image)),
            (file(.stored, "application/pdf", 1), .image, .typeUnsupported(.pdf, .image)),
            (file(.stored, nil, 1), .document, .typeUnsupported(.unknown, .document)),
            (file(.pending, "image/jpeg", nil), .image, .pending),
            (file(.failed, "image/jpeg", nil), .image, .unavailable),
        ] as [(MediaFile, MediaContent.Kind, MediaProblem?)])
    func validates(file: MediaFile, kind: MediaContent.Kind, problem: MediaProblem?) {
        do throws(MediaProblem) {
            try file.validate(as: kind)
            #expect(problem == nil)
        } catch {
            #expect(error == problem)
        }
    }

    @Test("a voice note is Opus in Ogg")
    func voice() throws {
        try file(.stored, "audio/ogg", 1).validate(as: .audio, isVoice: true)
        try file(.stored, "audio/mp4", 1).validate(as: .audio, isVoice: false)
        #expect(throws: MediaProblem.voiceTypeUnsupported(.m4a)) { try file(.stored, "audio/mp4", 1).validate(as: .audio, isVoice: true) }
    }

    @Test(
        "problems have a stable code, a status and the limit in words",
        arguments: [
            (MediaProblem.tooLarge(limit: 100 * 1_024, of: .sticker), "media.too-large", ProblemKind.tooLarge, "100 KB"),
            (.tooLarge(limit: 100 * 1_024 * 1_024, of: nil), "media.too-large", .tooLarge, "100 MB"),
            (.typeUnsupported(.gif, .image), "media.type-unsupported", .invalid, "image/jpeg, image/png"),
            (.typeUnsupported(.gif, nil), "media.type-unsupported", .invalid, "(image/gif). It takes JPG, PNG, 3GP, MP4, AAC,"),
            (.missing, "media.missing", .missing, "no such file"),
            (.pending, "media.pending", .conflict, "on its way"),
            (.empty, "media.empty", .invalid, "empty"),
            (.quotaReached(limit: 2 * 1_024 * 1_024), "media.quota-reached", .tooLarge, "2 MB"),
            (.storageFull, "media.storage-full", .unavailable, "full"),
        ] as [(MediaProblem, String, ProblemKind, String)])
    func problems(problem: MediaProblem, code: String, kind: ProblemKind, words: String) {
        #expect(problem.code == code)
        #expect(problem.kind == kind)
        #expect(problem.detail.contains(words))
    }

    @Test(
        "names are kept without what could mislead or break out",
        arguments: [
            ("menu.pdf", "menu.pdf"), ("../../etc/passwd", "passwd"), (#"C:\Users\ana\photo.jpg"#, "photo.jpg"),
            ("  a b .txt ", "a b .txt"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"), ("invoice\u{202E}fdp.exe", "invoicefdp.exe"), ("a\u{0}b", "ab"), ("", nil),
            (nil, nil),
            ("..", nil), ("/", nil), ("\u{200B}", nil), ("família 👩‍👧.jpg", "família 👩‍👧.jpg"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 240)),
        ] as [(String?, String?)])
    func names(given: String?, kept: String?) { #expect(MediaFile.filename(from: given) == kept) }

    @Test(
        "a request for a part of 1,000 bytes",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-499", .part(0..<500)), ("bytes=500-", .part(500..<1_000)), ("bytes=-300", .part(700..<1_000)),
            ("bytes=-5000", .part(0..<1_000)), ("bytes=900-5000", .part(900..<1_000)), ("bytes=0-0", .part(0..<1)),
            ("bytes=999-", .part(999..<1_000)),
            ("bytes=0-99999999999999999999", .part(0..<1_000)),
            ("bytes=1000-", .outside), ("bytes=1000-2000", .outside), ("bytes=-0", .outside), ("bytes=99999999999999999999-", .outside),
            ("bytes=5-3", .whole), ("bytes=0-1,5-6", .whole), ("bytes=a-b", .whole), ("bytes=-", .whole), ("items=0-1", .whole),
            ("bytes=+1-2", .whole),
        ] as [(String?, ByteRange)])
    func ranges(header: String?, range: ByteRange) { #expect(ByteRange(header: header, byteCount: 1_000) == range) }

    @Test("of an empty file there is no part")
    func emptyFile() {
        #expect(ByteRange(header: "bytes=0-", byteCount: 0) == .outside)
        #expect(ByteRange(header: "bytes=-1", byteCount: 0) == .outside)
    }
}

private func file(_ state: MediaFile.State, _ mimeType: String?, _ byteCount: Int?) -> MediaFile {
    MediaFile(
        id: Identifier("med_1"), state: state, sha256: state == .stored ? "00" : nil, byteCount: byteCount, mimeType: mimeType,
        filename: nil)
}
