internal import NIOCore

/// A body of `multipart/form-data`: fields in any order, each with or without a content type of its own.
struct Multipart: Sendable {
    struct File: Sendable {
        let name: String
        /// The last part of the path that some clients send.
        let filename: String
        let contentType: String?
        let bytes: ByteBuffer
    }

    private(set) var fields: [(name: String, value: String)] = []
    private(set) var files: [File] = []

    /// Parts in one body.
    private static let limit = 64

    init?(_ body: ByteBuffer, contentType: String) {
        guard let boundary = Self.parameter("boundary", in: contentType) else { return nil }
        let view = body.readableBytesView
        let delimiter = Array("--\(boundary)".utf8)
        var places: [Int] = []
        var from = view.startIndex
        while let place = Self.find(delimiter, in: view, from: from), places.count <= Self.limit {
            from = place + delimiter.count
            if Self.isWhole(place, from, in: view) { places.append(place) }
        }
        guard places.count >= 2 else { return nil }
        for (start, end) in zip(places, places.dropFirst()) {
            // Between two delimiters: CRLF, headers, an empty line, the content, CRLF.
            let part = view[(start + delimiter.count)..<end]
            guard let split = Self.find([13, 10, 13, 10], in: part, from: part.startIndex), part.endIndex - 2 >= split + 4 else { continue }
            add(headers: String(decoding: part[..<split], as: UTF8.self), content: part[(split + 4)..<(part.endIndex - 2)])
        }
    }

    private mutating func add(headers: String, content: ByteBufferView) {
        var disposition = ""
        var type: String?
        for line in headers.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0].lowercased() {
            case "content-disposition": disposition = parts[1].trimmingSpaces
            case "content-type": type = parts[1].trimmingSpaces
            default: break
            }
        }
        guard let name = Self.parameter("name", in: disposition) else { return }
        if let filename = Self.parameter("filename", in: disposition) {
            let last = filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "file"
            files.append(File(name: name, filename: last, contentType: type, bytes: ByteBuffer(content)))
        } else {
            fields.append((name, String(decoding: content, as: UTF8.self)))
        }
    }

    /// The value of `name=` in a header, with or without quotation marks.
    private static func parameter(_ name: String, in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmingSpaces.lowercased() == name else { continue }
            let value = pair[1].trimmingSpaces
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2 ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }

    /// A delimiter stands on a line of its own; the same bytes elsewhere belong to a file.
    private static func isWhole(_ start: Int, _ end: Int, in view: ByteBufferView) -> Bool {
        let isAtLineStart = start == view.startIndex || (start >= view.startIndex + 2 && view[start - 2] == 13 && view[start - 1] == 10)
        guard isAtLineStart, end + 2 <= view.endIndex else { return false }
        let next = (view[end], view[end + 1])
        return next == (13, 10) || next == (UInt8(ascii: "-"), UInt8(ascii: "-"))
    }

    private static func find(_ needle: [UInt8], in view: ByteBufferView, from start: Int) -> Int? {
        guard let first = needle.first else { return nil }
        var index = start
        while index + needle.count <= view.endIndex {
            guard let candidate = view[index...].firstIndex(of: first), candidate + needle.count <= view.endIndex else { return nil }
            if view[candidate..<(candidate + needle.count)].elementsEqual(needle) { return candidate }
            index = candidate + 1
        }
        return nil
    }
}
