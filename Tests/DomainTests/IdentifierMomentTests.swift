import Domain
import Testing

import struct Foundation.Date

@Suite("What an id tells")
struct IdentifierMomentTests {
    @Test("since when its thing is there, to the millisecond", arguments: [0, 1_795_257_720.25, 4_102_444_800.999])
    func madeAt(seconds: Double) throws {
        let moment = Date(timeIntervalSince1970: seconds)
        let made = try #require(Identifier<Message>.make(at: moment).madeAt)
        #expect(abs(made.timeIntervalSince(moment)) <= 0.001)
    }

    @Test(
        "and nothing, when it isn't one that was made so",
        arguments: ["msg_00000000000000000000000001", "cnv_01m812kbzwehw8fkv26m9phrf7", "msg_1", ""])
    func foreign(text: String) {
        #expect(Identifier<Message>(text).madeAt == nil)
    }
}
