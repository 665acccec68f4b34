internal import CAssets
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The page with the phones, the window of Embedded Signup, and their files.
struct PhonePages: Sendable {
    /// What other sites' pages may do with the frame that the script of Embedded Signup puts into them.
    private static let framePolicy = "default-src 'none'; frame-ancestors *"
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let files: [String: ByteBuffer] = {
        var count = 0
        let table = switchboard_assets(&count)
        var files: [String: ByteBuffer] = [:]
        for index in 0..<count {
            let name = String(cString: table[index].name)
            guard name.hasPrefix("simulator/") || name.hasPrefix("vendor/") else { continue }
            files[name] = ByteBuffer(bytes: UnsafeBufferPointer(start: table[index].bytes, count: table[index].count))
        }
        return files
    }()

    func respond(to request: Request, _ path: [String]) -> Response {
        guard request.method == .get else { return Response(status: .methodNotAllowed) }
        let name =
            switch path {
            case []: "simulator/phones.html"
            case ["sdk"]: "simulator/sdk.js"
            case ["dialog", "signup"]: "simulator/signup.html"
            case ["dialog", "frame"]: "simulator/frame.html"
            default: path.first == "assets" ? path.dropFirst().joined(separator: "/") : ""
            }
        guard let file = Self.files[name] else { return Response(status: .notFound) }
        var headers: HTTPFields = [
            .contentType: Self.type(of: name), .cacheControl: "no-cache",
            .contentSecurityPolicy: name == "simulator/frame.html" ? Self.framePolicy : Self.policy,
            .xContentTypeOptions: "nosniff",
        ]
        headers[.referrerPolicy] = "same-origin"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file))
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "woff2": "font/woff2"
        default: "application/octet-stream"
        }
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
}
