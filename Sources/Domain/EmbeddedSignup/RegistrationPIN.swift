/// The six digits of a number's two-step verification.
package struct RegistrationPIN: Sendable, Equatable {
    package let text: String

    /// Reads what a person typed; blanks and hyphens are dropped. Throws ``NumberSignupProblem/pinMalformed``.
    package init(parsing input: String) throws(NumberSignupProblem) {
        guard let digits = SixDigits.read(input) else { throw .pinMalformed }
        text = digits
    }

    /// A new one, none of those that people try first.
    package static func make(using generator: inout some RandomNumberGenerator) -> RegistrationPIN {
        while true {
            let digits = (0..<6).map { _ in UInt8.random(in: 0...9, using: &generator) }
            if !isTrivial(digits) { return RegistrationPIN(digits) }
        }
    }

    private init(_ digits: [UInt8]) { text = digits.map(String.init).joined() }

    /// Whether it repeats a digit, a pair or a half, or counts up or down.
    static func isTrivial(_ digits: [UInt8]) -> Bool {
        let steps = zip(digits, digits.dropFirst()).map { (Int($1) - Int($0) + 10) % 10 }
        if Set(steps).count == 1 { return true }
        return Set(digits).count < 3 || digits[0...2] == digits[3...5] || digits[0...1] == digits[2...3] && digits[2...3] == digits[4...5]
    }
}

/// The code that the provider sends to a number.
package struct VerificationCode: Sendable, Equatable {
    package let text: String

    /// Reads what a person typed or pasted, such as `123-456`. Throws ``NumberSignupProblem/codeMalformed``.
    package init(parsing input: String) throws(NumberSignupProblem) {
        guard let digits = SixDigits.read(input) else { throw .codeMalformed }
        text = digits
    }
}

private enum SixDigits {
    static func read(_ input: String) -> String? {
        guard input.utf8.count <= 40 else { return nil }
        let kept = input.filter { !$0.isWhitespace && !"-\u{2010}\u{2011}\u{2013}".contains($0) }
        return kept.utf8.count == 6 && kept.utf8.allSatisfy { (48...57).contains($0) } ? kept : nil
    }
}
