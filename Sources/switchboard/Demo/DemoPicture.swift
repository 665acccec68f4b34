/// A small picture, drawn here: a mug in front of a wall, as a PNG.
enum DemoPicture {
    private static let width = 480
    private static let height = 360

    static func png() -> [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(height * (1 + width * 3))
        for y in 0..<height {
            rows.append(0)  // No filter.
            for x in 0..<width { rows.append(contentsOf: color(x, y)) }
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0])
            + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    private static func color(_ x: Int, _ y: Int) -> [UInt8] {
        let isTable = y > 270
        let isBody = (150...310).contains(x) && (110...285).contains(y)
        let (dx, dy) = (x - 320, y - 195)
        let distance = dx * dx + dy * dy
        let isHandle = x > 310 && (35 * 35...58 * 58).contains(distance)
        if isBody || isHandle {
            let light = UInt8(max(0, 60 - abs(x - 200) / 2))
            return [46 + light, 112 + light, 106 + light]
        }
        return isTable ? [196, 164, 132] : [235, UInt8(226 - y / 12), UInt8(208 - y / 10)]
    }

    /// The zlib format without compression (RFC 1950, RFC 1951 §3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 65_535)
            let length = UInt16(end - start)
            result.append(end == bytes.count ? 1 : 0)
            for value in [length, ~length] { result += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
            result += bytes[start..<end]
            start = end
        }
        var (one, two): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            one = (one + UInt32(byte)) % 65_521
            two = (two + one) % 65_521
        }
        return result + bigEndian(two << 16 | one)
    }

    private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(name.utf8) + body
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in content { remainder = table[Int((remainder ^ UInt32(byte)) & 0xFF)] ^ (remainder >> 8) }
        return bigEndian(UInt32(body.count)) + content + bigEndian(~remainder)
    }

    /// Of the CRC that PNG uses (PNG specification, annex D).
    private static let table: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }
}
