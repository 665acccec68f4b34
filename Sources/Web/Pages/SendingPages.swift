internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

internal import struct Foundation.Date

/// The word that a restored installation waits for before it sends anything.
struct SendingPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let address = "/app/{workspace}/settings/sending"
        return RouteSet(member: [
            Route(.get, address, allows: .grant(.settingsManage), respond: show),
            Route(.post, "\(address)/start", allows: .grant(.settingsManage), respond: start),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let state = try await services.sending.state(access: context.access)
        return printer.page(SendingView(state, in: printer.frame(request, context)))
    }

    @Sendable private func start(request: Request, context: MemberContext) async throws -> Response {
        // The box says that somebody looked; a browser insists on it already.
        guard try await request.form()["sure"] == "yes" else {
            return try await show(request: request, context: context)
        }
        _ = try await services.sending.liftHalt(access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/settings/sending")
    }
}

/// Whether anything is sent, and the button that starts it. Template `sending`.
struct SendingView: RenderedView {
    static let template = "sending"
    let names: [String: any Sendable]

    init(_ state: SendingState, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let isExact = state.waiting < SendingState.countLimit
        let count = isExact ? "\(state.waiting)" : "More than \(SendingState.countLimit - 1)"
        let verb = state.waiting == 1 ? "message waits" : "messages wait"
        names = workspace.names(title: "Sending", place: .settings).with([
            "isHalted": state.halt != nil, "waitingLine": "\(count) \(verb) in this workspace.",
            "hasWaiting": state.waiting > 0, "backupLine": (state.halt?.backupAt.map { Self.line(backupAt: $0, times) }).orFalse,
        ]).with(SettingsTab.sending.names)
    }

    private static func line(backupAt: Date, _ times: PageTimes) -> String {
        let hours = Int(times.now.timeIntervalSince(backupAt) / 3_600)
        let age =
            switch hours {
            case ..<1: "less than an hour"
            case 1: "an hour"
            case ..<48: "\(hours) hours"
            default: "\(hours / 24) days"
            }
        return "The backup is \(age) old (\(times.short(backupAt)))."
    }
}
