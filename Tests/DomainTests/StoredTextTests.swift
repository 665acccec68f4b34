import Domain
import Testing

@Suite("Content as it is stored")
struct StoredTextTests {
    @Test(
        "a plain text written by hand is what the encoder writes",
        arguments: [
            "Hello", "", "quotes \" and \\ and / stay", "lines\nand\ttabs\r", "👋🏽 ¿qué tal? مرحبا", "\u{1}\u{1F}\u{7F}\u{2028}", "e\u{301}",
        ])
    func plain(body: String) throws {
        let content = MessageContent.text(TextContent(body: body))
        let stored = try content.storedText()
        let decoded: MessageContent = try JSONText.decode(from: stored)
        #expect(decoded == content)
        let encoded: MessageContent = try JSONText.decode(from: JSONText.encode(content))
        #expect(encoded == decoded)
    }
}
