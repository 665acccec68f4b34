/// Where documents stand in the index: the millisecond of their time, or one soon after that is free. The places of one word are kept in buckets of
/// about 4 hours 40 minutes, three bytes for each, in the order in which they came.
package enum SearchPlaces {
    private static let bits: Int64 = 24
    private static let byteCount = 3

    package static func bucket(of place: Int64) -> Int64 { place >> bits }

    /// The first place of a bucket.
    package static func start(of bucket: Int64) -> Int64 { bucket << bits }

    package static func bytes(of places: [Int64]) -> [UInt8] {
        places.flatMap { [UInt8(truncatingIfNeeded: $0 >> 16), UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// Ascending, each once.
    package static func places(in bytes: [UInt8], of bucket: Int64) -> [Int64] {
        let start = start(of: bucket)
        var places: [Int64] = []
        places.reserveCapacity(bytes.count / byteCount)
        var isAscending = true
        for index in stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount) {
            let place = start | Int64(bytes[index]) << 16 | Int64(bytes[index + 1]) << 8 | Int64(bytes[index + 2])
            if let last = places.last, last >= place { isAscending = false }
            places.append(place)
        }
        return isAscending ? places : ascending(places)
    }

    private static func ascending(_ places: [Int64]) -> [Int64] {
        places.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// Those in any of the lists.
    package static func union(_ lists: [[Int64]]) -> [Int64] { lists.count == 1 ? lists[0] : ascending(lists.flatMap { $0 }) }

    /// Those in both of two ascending lists.
    package static func intersection(_ one: [Int64], _ other: [Int64]) -> [Int64] {
        var result: [Int64] = []
        var (first, second) = (0, 0)
        while first < one.count, second < other.count {
            if one[first] == other[second] {
                result.append(one[first])
                (first, second) = (first + 1, second + 1)
            } else if one[first] < other[second] {
                first += 1
            } else {
                second += 1
            }
        }
        return result
    }
}
