import Domain
import Testing

@Suite("Options of reception")
struct ReceptionOptionsTests {
    private static func options(
        sendsMail: Bool = false, _ address: String? = nil, blocks: Bool = false, _ message: String? = nil
    ) throws(ReceptionProblem) -> ReceptionOptions {
        try ReceptionOptions(
            receivesMessages: true, notifies: true, receivesGroupMessages: true, sendsMail: sendsMail, mailAddress: address,
            blocksCalls: blocks, blockMessage: message)
    }

    @Test(
        "an address is one that servers take, and needed while e-mail is sent",
        arguments: [
            ("", ReceptionProblem.mailAddressMissing), (" ", .mailAddressMissing), ("team", .mailAddressMalformed),
            ("team@", .mailAddressMalformed), ("a@b@c", .mailAddressMalformed), ("Team <team@example.com>", .mailAddressMalformed),
            ("team@example.com\r\nBcc: x@example.com", .mailAddressMalformed), ("a@example.com,b@example.com", .mailAddressMalformed),
        ])
    func addresses(text: String, problem: ReceptionProblem) {
        #expect(throws: problem) { try Self.options(sendsMail: true, text) }
    }

    @Test("an address stays while no e-mail is sent; a block message doesn't while calls ring")
    func kept() throws {
        #expect(try Self.options(" team@example.com ").mailAddress?.text == "team@example.com")
        #expect(try Self.options("").mailAddress == nil)
        #expect(try Self.options(nil, blocks: true, "  Please write\n").blockMessage == "Please write")
        #expect(try Self.options(nil, blocks: true, " \n ").blockMessage == nil)
        #expect(try Self.options(nil, blocks: false, "Please write") == .usual)
    }

    @Test("a block message is as long as a text may be")
    func length() throws {
        let longest = String(repeating: "é", count: TextContent.bodyLimit)
        #expect(try Self.options(blocks: true, longest).blockMessage == longest)
        #expect(throws: ReceptionProblem.blockMessageTooLong(count: TextContent.bodyLimit + 1)) {
            try Self.options(blocks: true, longest + "x")
        }
        #expect(throws: ReceptionProblem.blockMessageMalformed) { try Self.options(blocks: true, "a\0b") }
    }
}
