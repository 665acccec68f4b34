import Domain
import Foundation
import TestSupport
import Testing

@Suite("Profiles")
struct ProfileTests {
    private static func text(_ count: Int, _ unit: String = "a") -> String { String(repeating: unit, count: count) }

    private static let rows: [(ProfileDraft, String?, String?)] = [
        (.init(about: "Coffee"), nil, nil), (.init(about: text(139)), nil, nil),
        (.init(about: text(140)), "profile.too-long", "about"),
        // As many scalars as a person sees characters, twice over.
        (.init(about: text(70, "e\u{301}")), "profile.too-long", "about"), (.init(about: text(139, "\u{1F600}")), nil, nil),
        (.init(about: ""), "profile.about-empty", "about"), (.init(about: " \n"), "profile.about-empty", "about"),
        (.init(about: "a\0b"), "profile.null-character", "about"), (.init(about: "  \(text(139))  "), nil, nil),
        (.init(description: text(512)), nil, nil), (.init(description: text(513)), "profile.too-long", "description"),
        (.init(description: ""), nil, nil), (.init(address: text(256)), nil, nil),
        (.init(address: text(257)), "profile.too-long", "address"),
        (.init(address: ""), nil, nil), (.init(category: "RETAIL"), nil, nil), (.init(category: ""), nil, nil),
        (.init(category: "retail"), "profile.category-unknown", "category"),
        (.init(category: "MAGIC"), "profile.category-unknown", "category"),
        (.init(websites: []), nil, nil), (.init(websites: ["https://a.example", "http://b.example/path?x=1"]), nil, nil),
        (.init(websites: ["https://a.example", " ", "https://a.example", "http://b.example"]), nil, nil),
        (.init(websites: ["https://münchen.example"]), nil, nil), (.init(websites: ["HTTPS://A.EXAMPLE"]), nil, nil),
        (.init(websites: ["https://a.example", "https://b.example", "https://c.example"]), "profile.too-many", "websites"),
        (.init(websites: ["https://a.example/" + text(238)]), nil, nil),
        (.init(websites: ["https://a.example/" + text(239)]), "profile.too-long", "websites"),
        (.init(websites: ["a.example"]), "profile.website-malformed", "websites"),
        (.init(websites: ["ftp://a.example"]), "profile.website-malformed", "websites"),
        (.init(websites: ["javascript:alert(1)"]), "profile.website-malformed", "websites"),
        (.init(websites: ["https://"]), "profile.website-malformed", "websites"),
        (.init(websites: ["https://a"]), "profile.website-malformed", "websites"),
        (.init(websites: ["https://user@a.example"]), "profile.website-malformed", "websites"),
        (.init(websites: ["https://a.example/a b"]), "profile.website-malformed", "websites"),
        (.init(websites: ["https://a.example\u{202E}/"]), "profile.website-malformed", "websites"),
        (.init(emails: ["hello@a.example", "sales@a.example"]), nil, nil), (.init(emails: []), nil, nil),
        (.init(emails: [text(118) + "@a.example"]), nil, nil), (.init(emails: [text(119) + "@a.example"]), "profile.too-long", "emails"),
        (.init(emails: ["hello"]), "profile.email-malformed", "emails"),
        (.init(emails: ["a b@c.example"]), "profile.email-malformed", "emails"),
        (.init(emails: (1...10).map { "a\($0)@b.example" }), nil, nil),
        (.init(emails: (1...11).map { "a\($0)@b.example" }), "profile.too-many", "emails"),
        (.init(phones: ["+34 600 111 222", "+34600111222"]), nil, nil), (.init(phones: ["600111222"]), "profile.phone-malformed", "phones"),
        (.init(phones: ["+34 CALL ME"]), "profile.phone-malformed", "phones"),
        (.init(phones: (10...20).map { "+346001112\($0)" }), "profile.too-many", "phones"),
    ]

    @Test("each limit holds, to the character", arguments: rows.indices)
    func limits(index: Int) {
        let (draft, code, field) = Self.rows[index]
        let problems = draft.check().problems
        #expect(problems.map(\.code) == [code].compactMap(\.self), "\(draft)")
        #expect(problems.first?.field == field)
    }

    @Test("a refusal says the count and the limit")
    func sentence() {
        let detail = ProfileDraft(about: Self.text(140)).check().problems.first?.detail
        #expect(detail == "The about text has 140 characters; WhatsApp takes at most 139. Shorten it by 1.")
    }

    @Test("all that is wrong is told at once, in the order of the form")
    func together() {
        let draft = ProfileDraft(
            about: "", description: Self.text(600), address: Self.text(300), category: "x", websites: ["x"], emails: ["x"], phones: ["x"])
        #expect(
            draft.check().problems.compactMap(\.field)
                == ["about", "description", "address", "category", "websites", "emails", "phones"])
    }

    @Test("what is right comes without blanks around it, and only once")
    func tidy() {
        let change = ProfileDraft(
            about: " Coffee ", category: "", websites: [" https://a.example ", "", "https://a.example"], emails: ["a@b.example"],
            phones: ["+34 600 111 222"]
        ).check().change
        #expect(change.about == "Coffee" && change.category == .undefined && change.websites == ["https://a.example"])
        #expect(change.emails == ["a@b.example"] && change.phones?.map(\.text) == ["+34600111222"] && change.description == nil)
        #expect(change.remoteFields == [.about, .category, .websites, .emails])
    }

    @Test("only what somebody changed is written, whatever it was meanwhile")
    func differing() {
        let before = ProfileDraft(BusinessProfile(about: "Coffee", description: "Roasted", category: "RETAIL", email: "a@b.example"))
        var draft = before
        draft.about = "Coffee "
        #expect(draft.differing(from: before).check().change.isEmpty)
        draft.description = ""
        #expect(draft.differing(from: before) == ProfileDraft(description: ""))
        draft.emails = ["c@d.example", "a@b.example"]
        #expect(draft.differing(from: before).check().change.remoteFields == [.description, .emails])
    }

    @Test("hostile texts are texts in every field, or refused as what the field is", arguments: HostileTexts.all)
    func hostile(text: String) {
        let kept = text.replacing("\0", with: "")
        let draft = ProfileDraft(
            about: text, description: text, address: text, category: text, websites: [text], emails: [text], phones: [text])
        let (change, problems) = draft.check()
        for problem in problems {
            #expect(!problem.detail.unicodeScalars.contains { $0.properties.isBidiControl || $0 == "\n" || $0 == "\0" })
            #expect(problem.detail.count < 300)
        }
        if !kept.isBlank, text.trimmed.unicodeScalars.count <= 139, kept == text { #expect(change.about == text.trimmed) }
        // Nothing that a browser would run can stand where a website stands.
        for website in change.websites ?? [] { #expect(website.lowercased().hasPrefix("http")) }
    }

    // MARK: Display names

    @Test(
        "a display name is a line of 2 to 75 characters, and another one",
        arguments: [
            ("Harbour Street", nil), ("Café", nil), ("عربي شركة", nil), (" Ok ", nil), ("", "profile.name-empty"),
            ("  ", "profile.name-empty"),
            ("A", "profile.name-length"), (text(75), nil), (text(76), "profile.name-length"), ("Two\nlines", "profile.name-malformed"),
            ("Turn\u{202E}ed", "profile.name-malformed"), ("Nul\0l", "profile.name-malformed"), ("Acme", "profile.name-unchanged"),
        ] as [(String, String?)])
    func names(input: String, code: String?) {
        let name = DisplayName(text: "Acme")
        do throws(ProfileProblem) {
            let checked = try name.checked(input)
            #expect(checked == input.trimmed && code == nil)
        } catch { #expect(error.code == code) }
    }

    @Test("a name that was asked for is shown until it holds or is settled")
    func review() {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let asked = DisplayName(text: "Acme", standing: .approved, newStanding: .pendingReview, requested: "Acme Two", requestedAt: now)
        for standing: DisplayName.Standing in [.pendingReview, .approved, .availableWithoutReview, .declined, .expired] {
            #expect(asked.read("Acme", .approved, new: standing, at: now.addingTimeInterval(86_400)).requested == "Acme Two")
        }
        #expect(asked.read("Acme Two", .approved, new: .approved, at: now).requested == nil)
        // Meta may not know of it at once, but a day later it does.
        #expect(asked.read("Acme", .approved, new: .nothing, at: now.addingTimeInterval(60)).requested == "Acme Two")
        #expect(asked.read("Acme", .approved, new: nil, at: now.addingTimeInterval(86_400)).requested == nil)
    }

    // MARK: Pictures

    private static let pictures: [([UInt8], ProfileField, String?)] = [
        (FakeProfiles.png(192, 192), .picture, nil), (FakeProfiles.jpeg(640, 640), .picture, nil),
        (FakeProfiles.png(191, 191), .picture, "profile.picture-too-small"),
        (FakeProfiles.png(400, 300), .picture, "profile.picture-not-square"),
        (FakeProfiles.jpeg(640, 641), .picture, "profile.picture-not-square"), (FakeProfiles.png(400, 300), .banner, nil),
        (FakeProfiles.jpeg(40, 30), .banner, nil), (Array("GIF89a".utf8), .picture, "profile.picture-type-wrong"),
        (Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), .banner, "profile.picture-type-wrong"),
        ([], .picture, "profile.picture-type-wrong"),
        (Array(FakeProfiles.png(192, 192).prefix(20)), .picture, "profile.picture-unreadable"),
        (Array(FakeProfiles.jpeg(192, 192).prefix(12)), .picture, "profile.picture-unreadable"),
        (FakeProfiles.png(0, 0), .picture, "profile.picture-unreadable"),
        (FakeProfiles.png(192, 192) + [UInt8](repeating: 0, count: ProfilePicture.byteLimit), .picture, "profile.picture-too-large"),
    ]

    @Test("a picture is what its bytes say", arguments: pictures.indices)
    func picture(index: Int) {
        let (bytes, field, code) = Self.pictures[index]
        do throws(ProfileProblem) {
            let picture = try ProfilePicture(bytes, as: field)
            #expect(picture.bytes == bytes && code == nil)
        } catch {
            #expect(error.code == code)
            #expect(error.field == field.rawValue)
        }
    }

    @Test("whatever bytes come, reading them ends")
    func garbage() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bytes =
                [[0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47]].randomElement(using: &generator)!
                + (0..<Int.random(in: 0..<40, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            if let size = PictureSize(bytes) { #expect(size.width > 0 && size.height > 0) }
        }
    }

    @Test("completeness names what is missing")
    func completeness() {
        #expect(SenderProfile(senderID: Identifier("snd_1")).completeness.missing == ProfileCompleteness.Part.allCases)
        let full = BusinessProfile(
            about: "a", description: "b", address: "c", category: "RETAIL", websites: ["https://d.example"], email: "e@f.example")
        #expect(ProfileCompleteness(full, hasPicture: true).missing == [])
        #expect(ProfileCompleteness(full, hasPicture: false).missing == [.picture])
        var undefined = full
        undefined.category = "UNDEFINED"
        #expect(ProfileCompleteness(undefined, hasPicture: true).missing == [.category])
        #expect(Set(BusinessCategory.allCases.map(\.words)).count == BusinessCategory.allCases.count)
    }
}
