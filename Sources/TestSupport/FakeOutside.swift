package import Domain
internal import Synchronization

/// Where calls to addresses that people gave end in tests: each is kept, and answered as a test says.
package final class FakeOutside: OutsideCaller {
    private struct State {
        var calls: [OutsideCall] = []
        var answer: @Sendable (OutsideCall) -> Result<OutsideAnswer, OutsideFailure> = { _ in .success(OutsideAnswer(status: 201)) }
        var refusal: String?
    }

    private let state = Mutex(State())

    package init() {}

    package var calls: [OutsideCall] { state.withLock(\.calls) }

    package func answer(_ status: Int) { answer { _ in .success(OutsideAnswer(status: status)) } }

    package func answer(_ answer: @escaping @Sendable (OutsideCall) -> Result<OutsideAnswer, OutsideFailure>) {
        state.withLock { $0.answer = answer }
    }

    /// Lets no address pass, for this reason.
    package func refuse(_ reason: String?) { state.withLock { $0.refusal = reason } }

    package func send(_ call: OutsideCall) async throws(OutsideFailure) -> OutsideAnswer {
        try await check(call.address)
        return try state.withLock { state in
            state.calls.append(call)
            return state.answer(call)
        }.get()
    }

    package func check(_ address: OutsideAddress) async throws(OutsideFailure) {
        if let reason = state.withLock(\.refusal) { throw .refused(reason) }
    }
}
