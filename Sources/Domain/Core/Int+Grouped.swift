extension Int {
    /// As people read it: `12,345`.
    package var grouped: String {
        var text = Substring(String(magnitude))
        var parts: [Substring] = []
        while text.count > 3 {
            parts.insert(text.suffix(3), at: 0)
            text = text.dropLast(3)
        }
        return (self < 0 ? "\u{2212}" : "") + ([text] + parts).joined(separator: ",")
    }
}
