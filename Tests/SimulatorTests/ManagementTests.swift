import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Simulator

@Suite("Templates, media, numbers, profile", .timeLimit(.minutes(5)))
struct ManagementTests {
    private static let order: JSON = ["name": "order_update", "language": ["code": "en_US"]]

    private static func order(_ change: (inout JSON) -> Void) -> JSON {
        var template = order
        template["components"] = [
            ["type": "header", "parameters": [["type": "text", "text": "A-17"]]],
            ["type": "body", "parameters": [["type": "text", "text": "Ana"], ["type": "text", "text": "A-17"]]],
            ["type": "button", "sub_type": "url", "index": 2, "parameters": [["type": "text", "text": "A-17"]]],
        ]
        change(&template)
        return ["type": "template", "template": template]
    }

    @Test(
        "a template is checked in the platform's order",
        arguments: [
            ("fits", 200, 0), ("name", 404, 132001), ("language", 404, 132001), ("count", 400, 132000), ("kind", 400, 132012),
            ("long", 400, 132005),
            ("paused", 400, 132015), ("disabled", 400, 132016), ("pending", 404, 132001),
        ])
    func sending(what: String, status: Int, code: Int) async throws {
        try await Scene.play { scene in
            if let state = ["paused", "disabled", "pending"].first(where: { $0 == what }) {
                let all = try await scene.control(.get, "templates")["data"]?.array
                let id = try #require(all?.first { $0["name"] == "order_update" }?["id"]?.string)
                try await scene.control(.patch, "templates/\(id)", ["status": .string(state.uppercased())])
            }
            let message = Self.order { template in
                switch what {
                case "name": template["name"] = "order_updat"
                case "language": template["language"] = ["code": "de"]
                case "count": template["components"] = []
                case "kind":
                    template["components"] = .array(
                        (template["components"]?.array ?? []).map {
                            $0["type"] == "body"
                                ? ["type": "body", "parameters": [["type": "image", "image": [:]], ["type": "text", "text": "x"]]] : $0
                        })
                case "long":
                    template["components"] = .array(
                        (template["components"]?.array ?? []).map {
                            $0["type"] == "body"
                                ? [
                                    "type": "body",
                                    "parameters": [
                                        ["type": "text", "text": .string(String(repeating: "x", count: 1_020))],
                                        ["type": "text", "text": "x"],
                                    ],
                                ] : $0
                        })
                default: break
                }
            }
            let answer = try await scene.send(message)
            #expect(answer.status == status)
            #expect(answer.json["error"]?["code"]?.integer ?? 0 == code)
            if status == 200 { #expect(answer.json["messages"]?.array?.first?["message_status"] == "accepted") }
        }
    }

    @Test("templates are listed page by page, by the address that each page gives")
    func paging() async throws {
        try await Scene.play { scene in
            var names: [String] = []
            var next: String? = "/v26.0/\(Scene.account)/message_templates?limit=3&fields=name&summary=total_count,message_template_count"
            var pages = 0
            while let address = next, pages < 5 {
                let page = try await scene.call(.get, address).json
                names += page["data"]?.array?.compactMap { $0["name"]?.string } ?? []
                #expect(page["data"]?.array?.allSatisfy { $0["components"] != nil && $0["id"] != nil } == true)
                #expect(page["summary"]?["total_count"]?.integer == 4)
                next = page["paging"]?["next"]?.string.map { String($0.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }) }
                pages += 1
            }
            #expect(pages == 2)
            #expect(Set(names) == ["hello_world", "order_update", "visit_reminder", "login_code"])
            let filtered = try await scene.call(
                .get, #"/v26.0/\#(Scene.account)/message_templates?category=["utility"]&status=approved"#.replacing("\"", with: "%22"))
            #expect(filtered.json["data"]?.array?.count == 2)
        }
    }

    private static func body(_ text: String, _ examples: [JSON] = []) -> JSON {
        ["type": "BODY", "text": .string(text), "example": ["body_text": [.array(examples)]]]
    }

    @Test(
        "new templates have a name of their own, and are checked",
        arguments: [
            ([body("Hello there, nice to see you.")], "good_one", 0), ([body("Hello there")], "Bad Name", 2_388_040),
            ([body("Hello there")], "order_update", 2_388_024),
        ])
    func creation(components: [JSON], name: String, subcode: Int) async throws {
        try await Scene.play { scene in
            let answer = try await scene.call(
                .post, "/v26.0/\(Scene.account)/message_templates",
                ["name": .string(name), "language": "en_US", "category": "UTILITY", "components": .array(components)])
            #expect(answer.status == (subcode == 0 ? 200 : 400))
            #expect(answer.json["error"]?["error_subcode"]?.integer ?? 0 == subcode)
            if subcode != 0 { #expect(answer.json["error"]?["error_user_msg"]?.string?.isEmpty == false) }
        }
    }

    @Test("a review ends as the switch says, and tells the app", arguments: [("approve", "APPROVED"), ("reject", "REJECTED")])
    func review(outcome: String, status: String) async throws {
        try await Scene.play { scene in
            try await scene.control(.patch, "settings", ["review": .string(outcome)])
            let made = try await scene.call(
                .post, "/v26.0/\(Scene.account)/message_templates",
                ["name": "fresh", "language": "en_US", "category": "UTILITY", "components": [Self.body("Hello there, nice to see you.")]])
            #expect(made.json["status"] == "PENDING")
            let id = try #require(made.json["id"]?.string)
            let value = try await scene.webhooks.value()
            #expect(value["event"]?.string == status)
            #expect(value["message_template_id"] == .integer(Int(id) ?? 0))
            #expect(try await scene.call(.get, "/v26.0/\(id)").json["status"]?.string == status)
            #expect(
                try await scene.call(.delete, "/v26.0/\(Scene.account)/message_templates?hsm_id=\(id)&name=fresh").json["success"] == true)
            #expect(try await scene.call(.get, "/v26.0/\(id)").json["error"]?["error_subcode"]?.integer == 33)
        }
    }

    private static func form(_ bytes: String, type: String, filename: String = "a.png") -> ByteBuffer {
        ByteBuffer(
            string:
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"/tmp/\(filename)\"\r\nContent-Type: \(type)\r\n\r\n\(bytes)\r\n"
                + "--b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b--\r\n"
        )
    }

    @Test("a file goes up, is described, comes down with a token while its address lasts, and goes")
    func media() async throws {
        try await Scene.play { scene in
            let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=b", .authorization: "Bearer simulated-access-token"]
            func upload(_ type: String, _ bytes: String) async throws -> JSON {
                try await scene.client.execute(
                    uri: "/v26.0/\(Scene.number)/media", method: .post, headers: headers, body: Self.form(bytes, type: type)
                ) { try JSON(parsing: $0.body) }
            }
            #expect(try await upload("application/zip", "x")["error"]?["code"]?.integer == 100)
            #expect(try await upload("image/webp", String(repeating: "x", count: 512_001))["error"]?["code"]?.integer == 100)
            let id = try #require(try await upload("image/png", "--bytes\r\n")["id"]?.string)
            let described = try await scene.call(.get, "/v26.0/\(id)?phone_number_id=\(Scene.number)").json
            #expect(described["file_size"] == "9")
            #expect(described["mime_type"] == "image/png")
            let url = try #require(described["url"]?.string)
            let path = String(url.dropFirst("http://".count).drop { $0 != "/" })
            #expect(try await scene.call(.get, path).json == "--bytes\r\n")
            #expect(try await scene.call(.get, path, token: nil).status == 401)
            scene.pass(301)
            #expect(try await scene.call(.get, path).status == 404)
            try await scene.write()
            #expect(try await scene.send(["type": "image", "image": ["id": .string(id)]]).status == 200)
            #expect(try await scene.send(["type": "video", "video": ["id": .string(id)]]).status == 200)
            let failed = try await scene.webhooks.values(4).compactMap { $0["statuses"]?.array?.first }.first { $0["status"] == "failed" }
            #expect(failed?["errors"]?.array?.first?["code"]?.integer == 131053)
            #expect(try await scene.call(.delete, "/v26.0/\(id)").json["success"] == true)
            #expect(try await scene.call(.get, "/v26.0/\(id)").status == 400)
        }
    }

    @Test("the profile changes where asked, within its limits")
    func profile() async throws {
        try await Scene.play { scene in
            let path = "/v26.0/\(Scene.number)/whatsapp_business_profile"
            #expect(try await scene.call(.get, path).json["data"]?.array?.first?["vertical"] == "UNDEFINED")
            #expect(
                try await scene.call(.post, path, ["messaging_product": "whatsapp", "about": "Coffee", "websites": ["https://a.test"]])
                    .status == 200)
            #expect(try await scene.call(.post, path, ["messaging_product": "whatsapp", "vertical": "RESTAURANT"]).status == 200)
            let profile = try await scene.call(.get, path + "?fields=about,websites").json["data"]?.array?.first
            #expect(profile?["about"] == "Coffee" && profile?["websites"] == ["https://a.test"] && profile?["vertical"] == "RESTAURANT")
            for wrong: JSON in [
                ["about": ""], ["websites": ["ftp://x"]], ["vertical": "MAGIC"], ["websites": ["https://a", "https://b", "https://c"]],
            ] {
                var body = wrong
                body["messaging_product"] = "whatsapp"
                #expect(try await scene.call(.post, path, body).status == 400)
            }
        }
    }

    @Test("a logo goes up in pieces and has an address, which asks for a token")
    func logo() async throws {
        try await Scene.play { scene in
            let path = "/v26.0/\(Scene.number)/whatsapp_business_profile"
            func send(_ path: String, _ bytes: String, offset: Int) async throws -> JSON {
                let headers: HTTPFields = [
                    .authorization: "Bearer simulated-access-token", HTTPField.Name("file_offset")!: String(offset),
                ]
                let answer = try await scene.client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: bytes))
                return try JSON(parsing: answer.body)
            }
            func handle(_ bytes: String, type: String = "image/png") async throws -> JSON {
                let begun = try await scene.call(
                    .post, "/v26.0/\(Scene.app)/uploads?file_name=a.png&file_length=\(bytes.utf8.count)&file_type=\(type)"
                ).json
                let session = try #require(begun["id"]?.string)
                let half = bytes.utf8.count / 2
                let first = try await send("/v26.0/\(session)", String(bytes.prefix(half)), offset: 0)
                #expect(first["file_offset"]?.integer == half)
                #expect(try await scene.call(.get, "/v26.0/\(session)").json["file_offset"]?.integer == half)
                #expect(try await send("/v26.0/\(session)", "x", offset: 0)["error"] != nil)
                return try await send("/v26.0/\(session)", String(bytes.dropFirst(half)), offset: half)["h"] ?? .null
            }
            func post(_ handle: JSON) async throws -> Int {
                try await scene.call(.post, path, ["messaging_product": "whatsapp", "profile_picture_handle": handle]).status
            }
            #expect(try await post("4::made:up") == 400)
            #expect(try await post(handle("%PDF-1.4 hello", type: "application/pdf")) == 400)
            #expect(try await post(handle("picture bytes")) == 200)
            let profile = try await scene.call(.get, path + "?fields=profile_picture_url").json["data"]?.array?.first
            let address = try #require(profile?["profile_picture_url"]?.string)
            let local = try #require(address.range(of: "/whatsapp_business/")).lowerBound
            #expect(try await scene.call(.get, String(address[local...])).json == "picture bytes")
            #expect(try await scene.call(.get, String(address[local...]), token: nil).status == 401)
            #expect(try await scene.call(.get, String(address[local...].dropLast(4))).status == 404)
            #expect(try await post("") == 200)
            #expect(try await scene.call(.get, path).json["data"]?.array?.first?["profile_picture_url"] == nil)
        }
    }

    @Test("another name is reviewed, told by a webhook, and holds once the number is registered again")
    func rename() async throws {
        try await Scene.play { scene in
            let (node, fields) = ("/v26.0/\(Scene.number)", "?fields=verified_name,name_status,new_name_status")
            func rename(_ name: String) async throws -> Int {
                try await scene.call(.post, node, ["messaging_product": "whatsapp", "new_display_name": .string(name)]).status
            }
            let before = try await scene.call(.get, node + fields).json["verified_name"]
            #expect(try await rename("A") == 400)
            try await scene.control(.patch, "settings", ["review": "pending"])
            #expect(try await rename("Acme Two") == 200)
            var now = try await scene.call(.get, node + fields).json
            #expect(now["verified_name"] == before && now["name_status"] == "APPROVED" && now["new_name_status"] == "PENDING_REVIEW")
            try await scene.control(.patch, "numbers/\(Scene.number)", ["nameReview": "reject"])
            #expect(try await scene.call(.get, node + fields).json["new_name_status"] == "DECLINED")
            #expect(try await rename("Acme Three") == 200)
            try await scene.control(.patch, "numbers/\(Scene.number)", ["nameReview": "approve"])
            now = try await scene.call(.get, node + fields).json
            #expect(now["verified_name"] == before && now["new_name_status"] == "APPROVED")
            #expect(
                try await scene.call(.post, node + "/register", ["messaging_product": "whatsapp", "pin": "123456"]).json["success"] == true)
            now = try await scene.call(.get, node + fields).json
            #expect(now["verified_name"] == "Acme Three" && now["new_name_status"] == "NONE")
        }
    }
}
