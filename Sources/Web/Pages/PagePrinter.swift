internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// Draws pages: has the templates, and knows from a request how its reader wants them.
struct PagePrinter: Sendable {
    private let templates: PageTemplates
    private let halts: SendingHaltWatch
    let now: @Sendable () -> Date

    init(templates: PageTemplates, halts: SendingHaltWatch, now: @escaping @Sendable () -> Date) {
        (self.templates, self.halts, self.now) = (templates, halts, now)
    }

    /// What our scripts remember in cookies: theme and time zone. Anything else in them counts as nothing.
    func frame(_ request: Request, csrfToken: String = "") -> PageFrame {
        let theme = request.cookies["theme"].flatMap { PageFrame.Theme(rawValue: $0.value) } ?? .system
        let zone = request.cookies["zone"]?.value.removingPercentEncoding
        return PageFrame(theme: theme, times: PageTimes(now: now(), zoneName: zone), csrfToken: csrfToken)
    }

    func frame(_ request: Request, _ context: MemberContext) -> WorkspaceFrame {
        WorkspaceFrame(
            frame: frame(request, csrfToken: context.csrfToken), slug: context.workspace.slug.text, workspaceName: context.workspace.name,
            accountID: context.signedIn.account.id, accountName: context.signedIn.account.name, grants: context.access.grants,
            isHalted: halts.recent != nil, availability: context.availability)
    }

    func page(_ view: some RenderedView, status: HTTPResponse.Status = .ok) -> Response {
        let html = ByteBuffer(string: templates.render(view))
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"], body: .init(byteBuffer: html))
    }

    /// What a browser gets when something can't be done.
    func problemPage(_ answer: ProblemAnswer, _ request: Request) -> Response {
        let isOutage = answer.status == .serviceUnavailable
        // Who belongs nowhere finds nothing at the start either.
        let isNobodys = answer.code == AccessProblem.workspaceMissing.code && request.uri.path == "/app"
        let start = isNobodys ? ("/sign-in", "Sign in as somebody else") : ("/", "To the start")
        let back: (address: String, label: String) = isOutage ? (request.uri.path, "Try again") : start
        let title = Self.title(of: answer.status)
        var response = page(
            ProblemView(title: title, detail: answer.detail, requestID: answer.requestID, back: back, frame: frame(request)),
            status: answer.status)
        if let seconds = answer.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private static func title(of status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound, .methodNotAllowed: "Not found"
        case .forbidden: "Not allowed"
        case .gone: "No longer here"
        case .conflict: "Not possible now"
        case .tooManyRequests: "Too often"
        case .serviceUnavailable: "Back in a moment"
        case .internalServerError: "Something went wrong"
        default: "That didn't work"
        }
    }
}

extension Response {
    /// After a form: the browser goes on to look at a page, and a reload doesn't send the form again.
    static func seeOther(_ address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }

    /// What a form answers: a script needs no page, a browser is sent on to one.
    static func done(_ request: Request, next address: String) -> Response {
        request.acceptsPage ? .seeOther(address) : Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }
}
