import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Profiles of numbers")
struct ProfileServiceTests {
    /// A hub with profiles behind it.
    private struct Scene {
        let storing: MediaHub
        let provider = FakeProfiles()
        let profiles: ProfileService

        init(_ engine: TestEngine) async throws {
            storing = try await MediaHub(TestDatabase.make(engine))
            let (hub, clock) = (storing.hub, storing.hub.clock)
            profiles = ProfileService(
                database: hub.database, directory: hub.directory, channels: [.meta: provider], media: storing.media, signals: hub.signals,
                now: { clock.now })
        }

        var hub: TestHub { storing.hub }
        var media: MediaService { storing.media }

        var sender: Identifier<Sender> { hub.sender.id }
        var known: SenderProfile { get async throws { try await profiles.profile(of: sender, access: hub.access) } }

        func change(_ draft: ProfileDraft) async throws -> SenderProfile {
            try await profiles.change(draft.check().change, of: sender, access: hub.access)
        }

        func bytes(_ field: ProfileField) async throws -> [UInt8] {
            let opened = try await profiles.open(field, of: sender, range: nil, access: hub.access)
            var bytes: [UInt8] = []
            for try await piece in opened.pieces { bytes += piece }
            return bytes
        }

        /// Causes of what the event log tells of the number, oldest first.
        var causes: [String] { get async throws { try await hub.allEvents().filter { $0.kind == "sender.updated" }.compactMap(\.cause) } }

        /// Files that are kept.
        var files: Int { get async throws { try await hub.database.read { try $0.rows("SELECT COUNT(*) FROM media")[0].integer(0) } } }
    }

    @Test("it is read, changed, read back and kept, with what only we know", arguments: TestEngine.allCases)
    func changes(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        #expect(try await scene.known == SenderProfile(senderID: scene.sender))
        scene.provider.set { $0.profile.about = "Old" }
        let first = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        #expect((first.profile.about, first.name.text, first.fetchedAt) == ("Old", "Acme", scene.hub.clock.now))
        scene.hub.clock.advance(by: 10)
        let draft = ProfileDraft(
            about: "Coffee", websites: ["https://a.example"], emails: ["a@b.example", "c@d.example"], phones: ["+34 600 111 222"])
        let saved = try await scene.change(draft)
        #expect(saved.profile.about == "Coffee" && saved.profile.emails == ["a@b.example", "c@d.example"])
        #expect(saved.profile.phones.map(\.text) == ["+34600111222"] && saved.fetchedAt == scene.hub.clock.now)
        #expect(try await scene.known == saved)
        #expect(scene.provider.changes.map(\.remoteFields) == [[.about, .websites, .emails]])
        // What only we keep asks nobody, and doesn't say so.
        scene.hub.clock.advance(by: 10)
        let kept = try await scene.change(ProfileDraft(phones: []))
        #expect(kept.profile.phones == [] && kept.profile.emails.count == 2 && kept.fetchedAt == saved.fetchedAt)
        #expect(scene.provider.changes.count == 1)
        _ = try await scene.change(ProfileDraft())
        _ = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        #expect(try await scene.causes == ["profile-read", "profile", "profile"])
        // Somebody at Meta makes another one the first.
        scene.provider.set { $0.profile.email = "c@d.example" }
        let turned = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        #expect(turned.profile.emails == ["c@d.example"])
    }

    @Test("the log says who changed it", arguments: TestEngine.allCases)
    func actor(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let person = try await scene.hub.member("Ana", role: .admin)
        let access = Access(
            workspaceID: scene.hub.workspaceID, actor: .member(person), grants: Role.admin.grants, visibility: .all, address: nil)
        _ = try await scene.profiles.change(ProfileDraft(about: "Coffee").check().change, of: scene.sender, access: access)
        let event = try #require(try await scene.hub.allEvents().last { $0.kind == "sender.updated" })
        #expect((event.subjectID, event.actor, event.cause) == (scene.sender.text, Actor.member(person).text, "profile"))
        #expect(!"\(event)".contains("Coffee"))
    }

    @Test("who may not, can't", arguments: TestEngine.allCases)
    func grants(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let viewer = Access(
            workspaceID: scene.hub.workspaceID, actor: .system("x"), grants: [.sendersView], visibility: .all, address: nil)
        let nobody = Access(workspaceID: scene.hub.workspaceID, actor: .system("x"), grants: [], visibility: .all, address: nil)
        let (profiles, sender) = (scene.profiles, scene.sender)
        _ = try await profiles.profile(of: sender, access: viewer)
        await #expect(throws: AccessProblem.self) { _ = try await profiles.profile(of: sender, access: nobody) }
        await #expect(throws: AccessProblem.self) { _ = try await profiles.open(.picture, of: sender, range: nil, access: nobody) }
        for access in [viewer, nobody] {
            await #expect(throws: AccessProblem.self) { _ = try await profiles.refresh(sender, access: access) }
            await #expect(throws: AccessProblem.self) {
                _ = try await profiles.change(ProfileDraft(phones: []).check().change, of: sender, access: access)
            }
            await #expect(throws: AccessProblem.self) { _ = try await profiles.rename("Acme Two", of: sender, access: access) }
            await #expect(throws: AccessProblem.self) { _ = try await profiles.setPicture(nil, of: sender, access: access) }
            await #expect(throws: AccessProblem.self) {
                _ = try await profiles.setBanner(FakeProfiles.png(4, 3), of: sender, access: access)
            }
        }
        // Nor does another workspace's sender have one.
        let other = try await TestHub(scene.hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        for call: () async throws -> Void in [
            { _ = try await profiles.profile(of: sender, access: other.access) },
            { _ = try await profiles.refresh(sender, access: other.access) },
            { _ = try await profiles.setBanner(FakeProfiles.png(4, 3), of: sender, access: other.access) },
            { _ = try await profiles.open(.banner, of: sender, range: nil, access: other.access) },
        ] {
            await #expect(throws: SenderProblem.missing) { try await call() }
        }
    }

    @Test("what WhatsApp refuses changes nothing; what can't be read back is kept as it was sent", arguments: TestEngine.allCases)
    func troubles(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        _ = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        let before = try await scene.known
        scene.provider.fail(writing: ProfileProblem.refused(.about, "No."))
        await #expect(throws: ProfileProblem.refused(.about, "No.")) {
            _ = try await scene.change(ProfileDraft(about: "Coffee", phones: ["+34600111222"]))
        }
        #expect(try await scene.known == before)

        scene.hub.clock.advance(by: 10)
        scene.provider.fail(reading: ChannelProblem.temporary("no answer"))
        let saved = try await scene.change(ProfileDraft(about: "Coffee"))
        #expect(saved.profile.about == "Coffee" && saved.fetchedAt == before.fetchedAt)
        #expect(saved.failure?.at == scene.hub.clock.now)
        await #expect(throws: ChannelProblem.temporary("no answer")) {
            _ = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        }
        #expect(try await scene.known.failure?.detail == ChannelProblem.temporary("no answer").detail)
        scene.provider.fail()
        let mended = try await scene.profiles.refresh(scene.sender, access: scene.hub.access)
        #expect(mended.failure == nil && mended.profile.about == "Coffee")
    }

    @Test("an answer that was asked for before another change doesn't undo it", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (id, now) = (scene.sender, scene.hub.clock.now)
        try await scene.hub.database.write { [hub = scene.hub] transaction throws in
            let table = ProfileTable(transaction, hub.access)
            func save(_ about: String, _ asked: Date) throws -> Bool {
                try table.save(BusinessProfile(about: about), DisplayName(), picture: nil, of: id, asked: asked, fetchedAt: now)
            }
            #expect(try save("first", now))
            #expect(try save("second", now.addingTimeInterval(1)))
            #expect(try !save("first again", now))
            #expect(try table.find(id).profile.about == "second")
        }
    }

    @Test("a logo is checked, sent, fetched once and given out; the one before is forgotten", arguments: TestEngine.allCases)
    func pictures(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (profiles, id, access) = (scene.profiles, scene.sender, scene.hub.access)
        await #expect(throws: ProfileProblem.pictureMissing(.picture)) { _ = try await scene.bytes(.picture) }
        await #expect(throws: ProfileProblem.pictureNotSquare(.init(width: 400, height: 300))) {
            _ = try await profiles.setPicture(FakeProfiles.png(400, 300), of: id, access: access)
        }
        #expect(scene.provider.picture == nil)
        let first = try await profiles.setPicture(FakeProfiles.png(200, 200), of: id, access: access)
        #expect(first.picture != nil)
        #expect(try await scene.bytes(.picture) == FakeProfiles.png(200, 200))
        let again = try await profiles.refresh(id, access: access)
        #expect(again.picture == first.picture)
        #expect(try await scene.files == 1)
        let second = try await profiles.setPicture(FakeProfiles.jpeg(640, 640), of: id, access: access)
        #expect(second.picture != first.picture)
        #expect(try await scene.files == 1)
        let opened = try await profiles.open(.picture, of: id, range: nil, access: access)
        #expect(opened.contentType == "image/jpeg")

        // One that can't be fetched leaves what there is; one that isn't a picture too.
        scene.provider.fail(picture: ChannelProblem.temporary("gone"))
        let failed = try await profiles.refresh(id, access: access)
        #expect(failed.picture == second.picture && failed.failure?.detail.contains("The logo couldn\u{2019}t be fetched.") == true)
        let third = try await profiles.setPicture(FakeProfiles.png(300, 300), of: id, access: access)
        #expect(try await scene.bytes(.picture) == FakeProfiles.png(300, 300))
        #expect(third.failure != nil)
        scene.provider.fail()

        let banner = try await profiles.setBanner(FakeProfiles.png(640, 200), of: id, access: access)
        #expect(banner.banner != nil)
        #expect(try await scene.bytes(.banner) == FakeProfiles.png(640, 200))
        await #expect(throws: ProfileProblem.pictureTypeWrong(.banner)) {
            _ = try await profiles.setBanner(Array("<svg/>".utf8), of: id, access: access)
        }
        let bare = try await profiles.setPicture(nil, of: id, access: access)
        #expect(bare.picture == nil && bare.banner == banner.banner)
        _ = try await profiles.setBanner(nil, of: id, access: access)
        #expect(try await scene.files == 0)
        #expect(
            try await scene.causes.filter { $0 != "profile-read" } == [
                "profile-picture", "profile-picture", "profile-picture", "profile-banner", "profile-picture", "profile-banner",
            ])
    }

    @Test("another name is asked for, and followed through its review", arguments: TestEngine.allCases)
    func names(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (profiles, id, access) = (scene.profiles, scene.sender, scene.hub.access)
        _ = try await profiles.refresh(id, access: access)
        await #expect(throws: ProfileProblem.nameUnchanged) { _ = try await profiles.rename(" Acme ", of: id, access: access) }
        let asked = try await profiles.rename("Acme Two", of: id, access: access)
        #expect((asked.name.text, asked.name.requested, asked.name.newStanding) == ("Acme", "Acme Two", .pendingReview))
        #expect(scene.provider.names == ["Acme Two"])
        scene.provider.set { $0.newStanding = .declined }
        #expect(try await profiles.refresh(id, access: access).name.newStanding == .declined)
        scene.provider.set { ($0.name, $0.newStanding) = ("Acme Two", .nothing) }
        let held = try await profiles.refresh(id, access: access)
        #expect((held.name.text, held.name.requested, held.name.newStanding) == ("Acme Two", nil, .nothing))
        #expect(try await scene.causes == ["profile-read", "profile-name", "profile-read", "profile-read"])
    }

    @Test("each number has its hourly turn, also after one that failed, until it is gone", arguments: TestEngine.allCases)
    func hourly(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let clock = scene.hub.clock
        let housekeeper = Housekeeper(database: scene.hub.database, signals: scene.hub.signals, now: { clock.now })
        try await housekeeper.schedule()
        try await housekeeper.schedule()
        func turn() async throws -> Int {
            let job = ProfileSyncJob(profiles: scene.profiles, now: { clock.now })
            let jobs = try await scene.hub.database.write {
                try JobTable($0).take(kind: ProfileSyncJob.kind, now: clock.now, leaseSeconds: 60, limit: 10)
            }
            for one in jobs {
                let completion = try await job.run(one)
                try await scene.hub.database.write { transaction throws in
                    #expect(try JobTable(transaction).complete(one))
                    try completion.write(transaction)
                }
            }
            return jobs.count
        }
        #expect(try await turn() == 1)
        #expect(try await scene.known.fetchedAt == clock.now)
        #expect(try await turn() == 0)
        // Unless something tells that it changed.
        let (sender, workspaceID, now) = (scene.sender, scene.hub.workspaceID, clock.now)
        try await scene.hub.database.write { try ProfileSyncJob.request(for: sender, in: workspaceID, $0, now: now) }
        #expect(try await turn() == 1)
        #expect(try await turn() == 0)
        clock.advance(by: 3_600)
        scene.provider.fail(reading: ChannelProblem.credentials("it has expired"))
        #expect(try await turn() == 1)
        #expect(try await scene.known.failure != nil)
        clock.advance(by: 3_600)
        scene.provider.fail()
        #expect(try await turn() == 1)
        #expect(try await scene.known.failure == nil)
    }

    @Test("what a webhook tells of a number has its profile fetched, and one that was removed has none", arguments: TestEngine.allCases)
    func told(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, id) = (scene.hub, scene.sender)
        func waiting() async throws -> Int {
            try await hub.database.read { transaction in
                try transaction.rows("SELECT COUNT(*) FROM jobs WHERE kind = \(ProfileSyncJob.kind)")[0].integer(0)
            }
        }
        try await hub.receive(.sender(SenderNews(account: hub.connection.businessAccountID, digits: nil, change: .question)))
        #expect(try await waiting() == 0)
        let digits = hub.sender.phoneNumber.digits
        try await hub.receive(.sender(SenderNews(account: hub.connection.businessAccountID, digits: digits, change: .question)))
        #expect(try await waiting() == 1)
        let now = hub.clock.now
        try await hub.database.write { transaction throws in
            try transaction.run("DELETE FROM jobs")
            #expect(try SenderTable(transaction, hub.access).remove(id, at: now))
        }
        try await Housekeeper(database: hub.database, signals: hub.signals, now: { now }).schedule()
        #expect(try await waiting() == 0)
        await #expect(throws: SenderProblem.missing) { _ = try await scene.profiles.refresh(id, access: hub.access) }
    }

    @Test("hostile texts come back as they went", arguments: TestEngine.allCases)
    func hostile(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        for text in HostileTexts.kept where text.unicodeScalars.count <= BusinessProfile.aboutLimit {
            let saved = try await scene.change(ProfileDraft(about: text, description: text, address: text))
            #expect((saved.profile.about, saved.profile.description, saved.profile.address) == (text, text, text))
            #expect(try await scene.known.profile.about == text)
        }
    }
}
