import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Campaigns on pages")
struct CampaignPagesTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let all = "/app/acme/campaigns"

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private func get(_ path: String) async throws -> TestWeb.Answer { try await web.call(.get, path, .person(owner)) }

    private func post(_ path: String, _ body: String) async throws -> TestWeb.Answer {
        try await web.call(
            .post, path, .person(owner) + [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"], body: body)
    }

    private func plan() async throws -> CampaignPlan {
        let page = try await web.services.campaigns.list(limit: 1, access: web.acme.hub.access)
        return try #require(page.data.first).campaign.plan
    }

    @Test("what is refused stays in the form, with the reason")
    func refusals() async throws {
        let sender = web.acme.hub.sender.id
        let nameless = try await post(
            "\(Self.all)/new", "name=+&sender=\(sender)&what=stay&zone=Europe%2FRome&quiet=yes&quietFrom=22%3A00&quietTo=07%3A00")
        #expect(nameless.status == 422 && nameless.text.contains("Give the campaign a name."))
        #expect(nameless.text.contains(#"value="\#(sender)" checked"#) && nameless.text.contains(#"value="22:00""#))
        for (start, words) in [
            ("2027-03-28T02:30", "there is no 2027-03-28 02:30"), ("2020-01-01T09:00", "This time is over."),
            ("", "Write a day and a time"),
        ] {
            let answer = try await post("\(Self.all)/new", "name=Sale&what=stay&when=later&start=\(start)&zone=Europe%2FBerlin")
            #expect(answer.status == 422 && answer.text.contains(words) && answer.text.contains(#"value="Sale""#), "\(start)")
        }
        let long = try await post("\(Self.all)/new", "name=Sale&what=stay&zone=UTC&quiet=yes&quietFrom=09%3A00&quietTo=22%3A00")
        #expect(long.status == 422 && long.text.contains("12 hours at most"))
        #expect(try await get(Self.all).text.contains("Make the first campaign"))
    }

    @Test("a draft keeps what was chosen, and can be changed, copied and deleted")
    func draft() async throws {
        let made = try await post(
            "\(Self.all)/new",
            "name=Sale&what=stay&when=later&start=2027-03-01T09%3A30&zone=Europe%2FBerlin&own=yes&quiet=yes&quietFrom=21%3A00&quietTo=08%3A00&directory=yes&region=IT"
        )
        #expect(made.status == 303)
        let timing = try #require(try await plan().timing)
        #expect(timing.start?.text == "2027-03-01T09:30" && timing.isInRecipientsZone && timing.quietHours?.text == "21:00-08:00")
        let id = try #require(try await web.services.campaigns.list(limit: 1, access: web.acme.hub.access).data.first).campaign.id
        let form = try await get("\(Self.all)/\(id)/edit").text
        #expect(form.contains(#"value="2027-03-01T09:30""#) && form.contains(#"<option value="IT" selected>"#))
        let shown = try await get("\(Self.all)/\(id)").text
        #expect(shown.contains("by each recipient’s clock") && shown.contains("never from 21:00 to 08:00"))
        #expect(try await post("\(Self.all)/\(id)/edit", "name=Other&what=stay&zone=UTC").status == 303)
        #expect(try await plan().timing == nil)
        // Nothing to send yet.
        let refused = try await post("\(Self.all)/\(id)", "what=prepare")
        #expect(refused.status == 422 && refused.text.contains("Choose the number"))
        #expect(try await post("\(Self.all)/\(id)", "what=duplicate").status == 303)
        #expect(try await get(Self.all).text.components(separatedBy: ">Other<").count == 3)
        #expect(try await get("\(Self.all)/\(id)/recipients").text.contains("There is nobody here."))
        #expect(try await post("\(Self.all)/\(id)/removal", "").status == 303)
        #expect(try await get("\(Self.all)/\(id)").status == 404)
    }

    private func created(_ sources: [CampaignSource] = [], _ timing: CampaignSchedule? = nil) async throws -> Identifier<Campaign> {
        let plan = try CampaignPlan(name: "Sale", audience: CampaignAudience(sources), timing: timing)
        return try await web.services.campaigns.create(plan, access: web.acme.hub.access).id
    }

    @Test("saving the form leaves a selection as narrow as it was")
    func narrow() async throws {
        let (plain, region) = (ContactFilter(order: .newest), ContactFilter(region: "IT", order: .newest))
        let answered = CampaignSource.directory(ContactFilter(region: "IT", hasConversation: true, order: .newest))
        let everybody = CampaignSource.directory(ContactFilter(scope: .all, region: "BR", order: .newest))
        let id = try await created([answered, .directory(region), everybody])
        let form = try await get("\(Self.all)/\(id)/edit").text
        #expect(form.contains("a selection from the directory") && form.contains(#"<option value="IT" selected>"#))
        #expect(try await post("\(Self.all)/\(id)/edit", "name=Other&what=stay&zone=UTC&directory=yes&region=IT").status == 303)
        #expect(try await plan().audience.sources == [answered, .directory(region), everybody])
        #expect(try await post("\(Self.all)/\(id)/edit", "name=Other&what=stay&zone=UTC").status == 303)
        #expect(try await plan().audience.sources == [answered, everybody])
        #expect(try await post("\(Self.all)/\(id)/edit", "name=Other&what=stay&zone=UTC&directory=yes&region=").status == 303)
        #expect(try await plan().audience.sources == [answered, everybody, .directory(plain)])
    }

    @Test("what can't be found yet is one draft, however often it is tried, and nothing typed is lost")
    func oneDraft() async throws {
        let first = try await post("\(Self.all)/new", "name=Sale&what=look&zone=UTC")
        let id = try #require(try await web.services.campaigns.list(limit: 2, access: web.acme.hub.access).data.first).campaign.id
        #expect(first.status == 422 && first.text.contains("action=\"\(Self.all)/\(id)/edit\""))
        #expect(try await post("\(Self.all)/\(id)/edit", "name=Sale&what=look&zone=UTC").status == 422)
        #expect(try await web.services.campaigns.list(limit: 2, access: web.acme.hub.access).data.count == 1)
        let gone = try await post("\(Self.all)/\(id)/edit", "name=Kept&what=stay&zone=UTC&template=tpl_01k00000000000000000000001")
        #expect(gone.status == 404 && gone.text.contains(#"value="Kept""#))
    }

    @Test("a program's change of the name keeps the timing, which it sees and sets")
    func timingByAPI() async throws {
        let quiet = try CampaignSchedule(
            start: nil, zone: "Europe/Rome", isInRecipientsZone: false, quietHours: QuietHours(from: "21:00", to: "08:00"))
        let path = "/api/v1/campaigns/\(try await created([], quiet))"
        func patch(_ body: String) async throws -> TestWeb.Answer { try await web.call(.patch, path, .key(web.acme.key), body: body) }
        let renamed = try await patch(#"{"name": "Other"}"#)
        #expect(renamed.status == 200 && renamed.text.contains(#""quietHours":"21:00-08:00""#))
        #expect(try await plan().timing == quiet)
        let later = try await patch(#"{"timing": {"start": "2027-03-01T09:30", "zone": "Europe/Rome", "inRecipientsZone": true}}"#)
        #expect(later.status == 200 && later.text.contains(#""inRecipientsZone":true"#))
        #expect(try await plan().startsAt == plan().timing?.beginning)
        let past = try await patch(#"{"timing": {"start": "2020-01-01T09:30", "zone": "Europe/Rome"}}"#)
        #expect(past.status == 422 && past.text.contains("campaign.start-past"))
        let estimate = try await web.call(.get, "\(path)/estimate", .key(web.acme.key))
        #expect(estimate.status == 200 && estimate.text.contains(#""unpriced":0"#))
    }
}
