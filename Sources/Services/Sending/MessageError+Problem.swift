internal import Domain

extension MessageError {
    /// Why a message failed that was never called for, because the gate or its file forbade it.
    init(_ problem: any Problem) {
        let passes = Self.passes(problem)
        self.init(
            code: problem.code, detail: problem.detail,
            advice: passes ? "Mend what it says, then send the message again." : "Write a new message that can be sent.", retryable: passes)
    }

    /// Whether the same message can be sent once somebody has done something, or some time has passed.
    private static func passes(_ problem: any Problem) -> Bool {
        switch problem {
        case is SenderProblem, is ChannelProblem: true
        case SendingProblem.templatePaused, SendingProblem.marketingRestricted: true
        default: problem.kind == .unavailable || problem.kind == .limited
        }
    }
}
