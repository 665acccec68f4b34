import Testing

@testable import Services

@Suite("Crash points")
struct CrashPointTests {
    @Test("a label and a number name the place and the time", arguments: CrashPoint.allCases)
    func parsing(point: CrashPoint) throws {
        let (parsed, times) = try CrashPoint.parse("\(point.rawValue):12")
        #expect(parsed == point)
        #expect(times == 12)
    }

    @Test(
        "anything else is refused with a sentence that names the labels",
        arguments: ["after-call", "after-call:0", "lunch:1", "after-call:x", ":1", "after-call:1:2"])
    func refusals(text: String) {
        let problem = #expect(throws: CrashPointProblem.self) { try CrashPoint.parse(text) }
        #expect(problem?.detail.contains("after-claim, before-call, after-call, before-record, mid-commit") == true)
    }

    @Test("without the variable, reaching a point does nothing", arguments: CrashPoint.allCases)
    func unarmed(point: CrashPoint) throws {
        try CrashPoint.arm(nil)
        CrashPoint.reach(point)
    }
}
