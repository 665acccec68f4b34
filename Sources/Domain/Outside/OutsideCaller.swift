/// A call to an address that somebody gave us.
package struct OutsideCall: Sendable {
    package var method: String
    package var address: OutsideAddress
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// For all of it, from finding the address to the last byte of the answer.
    package var timeout: Duration = .seconds(20)
    /// Bytes of the answer's body, at most.
    package var answerLimit = 64 * 1_024
    /// Whether what is longer is an answer all the same, of which the rest isn't read.
    package var mayCutAnswer = false

    package init(_ method: String, _ address: OutsideAddress, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.method, self.address, self.headers, self.body) = (method, address, headers, body)
    }
}

package struct OutsideAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The first of this name, written in whatever letters.
    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}

/// Why a call has no answer, in plain words without the address.
package enum OutsideFailure: Error, Equatable {
    /// The address leads where calls may not go; trying again won't help until somebody changes it.
    case refused(String)
    /// No connection, so that nothing arrived.
    case unreachable(String)
    /// It may have arrived.
    case unknown(String)

    package var reason: String {
        switch self {
        case .refused(let reason), .unreachable(let reason), .unknown(let reason): reason
        }
    }
}

/// Makes such calls, and only to where they may go. Follows no redirects: a 3xx is an answer like any other.
package protocol OutsideCaller: Sendable {
    func send(_ call: OutsideCall) async throws(OutsideFailure) -> OutsideAnswer
    /// Whether a call might go there, as it looks now; makes none.
    func check(_ address: OutsideAddress) async throws(OutsideFailure)
}
