import Domain
import Testing

@testable import Channels

@Suite("Meta's error codes")
struct MetaErrorCatalogTests {
    enum Expected: Equatable {
        case retry(Int)
        case fail
        case restrict(hours: Int?)
        case slow, hold, pauseCampaigns, pause, stop, ask
    }

    @Test(
        "each code leads to its decision",
        arguments: [
            (0, .stop, true), (1, .retry(1), true), (2, .retry(1), true), (3, .stop, true), (4, .retry(60), true), (10, .stop, true),
            (33, .stop, false),
            (100, .fail, false), (104, .stop, true), (190, .stop, true), (200, .stop, true), (250, .stop, true), (299, .stop, true),
            (368, .stop, true),
            (613, .retry(60), true), (2_500, .stop, true), (80_007, .retry(60), true), (80_008, .retry(60), true),
            (130_429, .slow, true),
            (130_472, .fail, false), (130_497, .fail, false), (131_000, .retry(1), true), (131_005, .stop, true), (131_008, .fail, false),
            (131_009, .fail, false), (131_016, .retry(1), true), (131_020, .fail, false), (131_021, .fail, false), (131_026, .fail, false),
            (131_030, .fail, true), (131_031, .stop, true), (131_037, .stop, true), (131_041, .fail, false), (131_042, .stop, true),
            (131_045, .stop, true), (131_047, .fail, false), (131_048, .pauseCampaigns, true), (131_049, .restrict(hours: 24), false),
            (131_050, .restrict(hours: nil), false), (131_051, .fail, false), (131_053, .fail, true), (131_055, .fail, false),
            (131_056, .retry(1), true),
            (131_057, .hold, true), (131_062, .fail, false), (131_063, .pause, false), (131_064, .pause, true),
            (131_201, .fail, false),
            (131_215, .fail, false), (132_000, .fail, false), (132_001, .pause, false), (132_005, .fail, false), (132_007, .pause, false),
            (132_008, .fail, false), (132_012, .fail, false), (132_015, .pause, true), (132_016, .pause, false), (132_068, .fail, true),
            (132_069, .fail, true), (133_000, .stop, true), (133_004, .retry(1), true), (133_005, .stop, true), (133_006, .stop, true),
            (133_010, .stop, true), (133_015, .retry(300), true), (133_016, .stop, true), (134_100, .fail, false),
            (134_101, .retry(60), true),
            (134_102, .fail, true), (135_000, .fail, false), (137_000, .ask, true), (2_494_100, .hold, true),
            (-1, .fail, false), (999_999, .fail, false),
        ] as [(Int, Expected, Bool)])
    func decisions(code: Int, expected: Expected, retryable: Bool) {
        let disposition = MetaErrorCatalog.disposition(GraphError(code: code))
        #expect(Self.summary(disposition) == expected)
        let error = MetaErrorCatalog.messageError(GraphError(code: code))
        #expect(error.retryable == retryable)
        #expect(error.code == String(code))
        #expect(error.detail.hasSuffix("."))
        #expect(error.advice.hasSuffix("."))
    }

    @Test("no code stands in two rows, and what is retried by itself counts as retryable")
    func rows() {
        let codes = MetaErrorCatalog.Entry.all.flatMap(\.codes)
        #expect(codes.count == Set(codes).count)
        for entry in MetaErrorCatalog.Entry.all {
            if entry.disposition.isPassing { #expect(entry.retryable) }
            if case .restrictContact = entry.disposition { #expect(!entry.retryable, "131049 is never retried the same day") }
            #expect(!entry.detail.contains("!") && !entry.advice.contains("!"))
        }
    }

    @Test("subcode 33 of code 100 is a number that isn't there; an unknown code goes by is_transient")
    func qualifiers() {
        #expect(Self.summary(MetaErrorCatalog.disposition(GraphError(code: 100, subcode: 33))) == .stop)
        #expect(Self.summary(MetaErrorCatalog.disposition(GraphError(code: 100, subcode: 1))) == .fail)
        #expect(Self.summary(MetaErrorCatalog.disposition(GraphError(code: 999_999, isTransient: true))) == .retry(1))
        #expect(Self.summary(MetaErrorCatalog.disposition(GraphError(code: 131_047, isTransient: true))) == .fail)
    }

    @Test(
        "an envelope is read in each of its shapes",
        arguments: [
            (#"{"error":{"code":131047,"error_data":{"details":"Too late."}}}"#, GraphError(code: 131_047, details: "Too late.")),
            (
                #"{"error":{"code":"100","error_subcode":33,"message":"(#100) No."}}"#,
                GraphError(code: 100, subcode: 33, details: "(#100) No.")
            ),
            (
                #"{"error":{"code":2,"is_transient":true,"error_data":"Plain text."}}"#,
                GraphError(code: 2, isTransient: true, details: "Plain text.")
            ),
            (#"{"error":{"code":100,"error_user_msg":"Deutsch.","message":"m"}}"#, GraphError(code: 100, details: "Deutsch.")),
            (
                #"{"error":{"code":190,"message":"Malformed token EAAGm0PX4ZCpsBAKZCZBexampleexampleexampleexample0"}}"#,
                GraphError(code: 190, details: "Malformed token …")
            ),
            (#"{"error":{"message":"no code"}}"#, nil), (#"{"error":"text"}"#, nil), (#"{"error":{"code":"abc"}}"#, nil), ("{}", nil),
            ("[]", nil), ("null", nil),
        ] as [(String, GraphError?)])
    func envelopes(json: String, error: GraphError?) throws {
        #expect(GraphError(answer: try JSONParser.parse(json)) == error)
    }

    @Test("what Meta explains is quoted where it helps, in bounds, and never for credentials")
    func quotes() throws {
        func detail(_ code: Int, _ text: String) throws -> String {
            let answer = JSONNode.object([JSONMember("error", ["code": .integer(Int64(code)), "error_data": ["details": .string(text)]])])
            return MetaErrorCatalog.messageError(try #require(GraphError(answer: answer))).detail
        }
        #expect(try detail(131_009, "Title too long.").hasSuffix("Meta says: Title too long."))
        #expect(!(try detail(190, "Token of Ana.").contains("Ana")))
        #expect(try detail(100, String(repeating: "word ", count: 1_000)).count < 400)
    }

    private static func summary(_ disposition: Disposition) -> Expected {
        switch disposition {
        case .retry(let delay): .retry(Int(delay.components.seconds))
        case .fail: .fail
        case .restrictContact(let time): .restrict(hours: time.map { Int($0.components.seconds / 3_600) })
        case .pauseTemplate: .pause
        case .slowDown: .slow
        case .hold: .hold
        case .pauseCampaigns: .pauseCampaigns
        case .stopSender: .stop
        case .askPerson: .ask
        }
    }
}
