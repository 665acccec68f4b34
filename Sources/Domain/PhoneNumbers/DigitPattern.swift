/// A pattern of digits as libphonenumber's metadata have them: digits, `\d`, sets as `[2-57]`, groups, alternatives, `?` and `{2,5}`.
///
/// It is read anew for each number, and all ways through it are followed at once: the places that can be reached are bits of one word, so no pattern
/// takes longer than its length. Anything else in it matches nothing; `scripts/fetch-assets` lets nothing else in.
struct DigitPattern: Sendable {
    let text: ArraySlice<UInt8>

    var isEmpty: Bool { text.isEmpty }

    /// Whether the digits from the first to the last are such a number. Digits are 0 to 9, at most ``PhoneNumber/digitLimit``.
    func matches(_ digits: ArraySlice<UInt8>) -> Bool { ends(in: digits) & 1 << digits.count != 0 }

    /// Whether the digits begin so.
    func begins(_ digits: ArraySlice<UInt8>) -> Bool { ends(in: digits) != 0 }

    /// The places where a match from the first digit can end.
    private func ends(in digits: ArraySlice<UInt8>) -> UInt32 {
        var walk = Walk(digits: digits, rest: text)
        return walk.alternatives(from: 1)
    }

    private struct Walk {
        let digits: ArraySlice<UInt8>
        var rest: ArraySlice<UInt8>

        mutating func alternatives(from places: UInt32) -> UInt32 {
            var ends: UInt32 = 0
            repeat { ends |= sequence(from: places) } while take("|")
            return ends
        }

        private mutating func sequence(from start: UInt32) -> UInt32 {
            var places = start
            while let next = rest.first, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") { places = piece(from: places) }
            return places
        }

        /// One set or group, as often as what stands behind it says.
        private mutating func piece(from places: UInt32) -> UInt32 {
            let start = rest
            var (reached, count) = (atom(from: places), 1)
            if take("?") { return places | reached }
            guard take("{") else { return reached }
            let least = number()
            let most = take(",") ? number() : least
            _ = take("}")
            let end = rest
            var ends = least == 0 ? places : 0
            if least <= 1 { ends |= reached }
            while count < most, reached != 0 {
                rest = start
                reached = atom(from: reached)
                count += 1
                if count >= least { ends |= reached }
            }
            rest = end
            return ends
        }

        private mutating func atom(from places: UInt32) -> UInt32 {
            if take("(") {
                if take("?") { _ = take(":") }
                defer { _ = take(")") }
                return alternatives(from: places)
            }
            return step(set(), from: places)
        }

        /// The digits that may stand here, as bits.
        private mutating func set() -> UInt16 {
            guard take("[") else { return member() }
            var set: UInt16 = 0
            while !rest.isEmpty, !take("]") {
                let low = member()
                if take("-") {
                    // All from the one to the other.
                    let high = member()
                    set |= low == 0 || high < low ? 0 : (high << 1) &- low
                } else {
                    set |= low
                }
            }
            return set
        }

        private mutating func member() -> UInt16 {
            guard let byte = rest.popFirst() else { return 0 }
            if byte == UInt8(ascii: "\\") {
                _ = rest.popFirst()
                return 0x3FF
            }
            return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? 1 << UInt16(byte - UInt8(ascii: "0")) : 0
        }

        private func step(_ set: UInt16, from places: UInt32) -> UInt32 {
            guard places != 0 else { return 0 }
            var ends: UInt32 = 0
            for (offset, digit) in digits.enumerated() where places & 1 << offset != 0 && set & 1 << digit != 0 {
                ends |= 1 << (offset + 1)
            }
            return ends
        }

        private mutating func number() -> Int {
            var number = 0
            while let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), number < 100 {
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                rest.removeFirst()
            }
            return number
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }
    }
}
