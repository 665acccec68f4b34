import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1
import Simulator
import Testing

@testable import Channels

@Suite("Agreement with the simulator about templates", .timeLimit(.minutes(5)))
struct SimulatorTemplateTests {
    @Test("all templates are listed, page by page, as they were made; their news come as they happen")
    func templates() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let account = AccountRoute(
                businessAccountID: SimulatorAgreementTests.account.id, secrets: SimulatorAgreementTests.route.secrets)
            for number in 0..<60 {
                var request = HTTPClientRequest(url: "\(world.baseURL)/v26.0/\(SimulatorAgreementTests.account.id)/message_templates")
                request.method = .POST
                request.headers = ["authorization": "Bearer \(SimulatorAgreementTests.token)", "content-type": "application/json"]
                let body: JSONNode = [
                    "name": .string("made_\(number)"), "language": "en_US", "category": "MARKETING", "parameter_format": "NAMED",
                    "components": [
                        [
                            "type": "BODY", "text": .string("Hello {{who}}, this is number \(number)."),
                            "example": ["body_text_named_params": [["param_name": "who", "example": "Ana"]]],
                        ]
                    ],
                ]
                request.body = .bytes(body.bytes)
                let response = try await world.client.execute(request, timeout: .seconds(20))
                #expect(response.status == .ok)
            }
            var (all, cursor, pages): ([TemplateDefinition], String?, Int) = ([], nil, 0)
            repeat {
                let page = try await world.channel.templates(of: account, after: cursor)
                all += page.templates
                (cursor, pages) = (page.next, pages + 1)
            } while cursor != nil
            #expect(pages == 2)
            #expect(Set(all.map(\.providerID)).count == all.count)
            #expect(all.count { $0.name.hasPrefix("made_") && $0.format == .named && $0.category == "MARKETING" } == 60)
            let hello = try #require(all.first { $0.name == "hello_world" })
            #expect((hello.status, hello.language, hello.rejectionReason) == (.approved, "en_US", nil))

            let changes: [(JSONNode, TemplateNews.Change)] = [
                (
                    ["status": "REJECTED"],
                    .status("REJECTED", reason: "INVALID_FORMAT", detail: "The review found a fault. Change the text and send it again.")
                ), (["quality": "RED"], .quality("RED")), (["category": "MARKETING"], .category("MARKETING")),
                (["components": [["type": "BODY", "text": "New"]]], .components),
            ]
            for (control, expected) in changes {
                try await world.control(.PATCH, "templates/\(hello.providerID)", control)
                let news = try await world.webhooks.first { event in
                    if case .template(let news) = event, news.providerID == hello.providerID { news } else { nil }
                }
                #expect((news.change, news.name) == (expected, "hello_world"))
            }
            (all, cursor) = ([], nil)
            repeat {
                let page = try await world.channel.templates(of: account, after: cursor)
                (all, cursor) = (all + page.templates, page.next)
            } while cursor != nil
            let changed = try #require(all.first { $0.providerID == hello.providerID })
            #expect((changed.status, changed.quality, changed.category) == (.rejected, "RED", "MARKETING"))
            #expect((changed.rejectionReason, changed.components.count) == ("INVALID_FORMAT", 1))
        }
    }
}
