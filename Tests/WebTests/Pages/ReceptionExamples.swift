import Domain
import Foundation
import NIOCore

@testable import Web

/// Reception of a number: as usual and only to be looked at, with everything to tell, and with a form that was refused.
enum ReceptionExamples {
    static let usual = ReceptionView(
        PageExamples.senders[0], Reception(options: .usual, callFault: nil, keptCount: 0), draft: .init(.usual), problem: nil,
        may: .init(manage: false, bringIn: false), notice: nil, in: PageExamples.workspace())

    static let all: ReceptionView = {
        let options = try! ReceptionOptions(
            receivesMessages: true, notifies: false, receivesGroupMessages: false, sendsMail: true, mailAddress: "team@example.com",
            blocksCalls: true, blockMessage: "We don\u{2019}t take calls here.\n<b>Please write</b> to us.")
        return ReceptionView(
            PageExamples.senders[0],
            Reception(
                options: options,
                callFault: CallFault(
                    reason: "WhatsApp refused this (code 138013: <i>calling is suspended</i>).",
                    at: PageExamples.now.addingTimeInterval(-60)), keptCount: 12),
            draft: .init(options), problem: nil, may: .init(manage: true, bringIn: true),
            notice: PageNotice("Saved. It holds for what arrives from now on."), in: PageExamples.workspace(.dark))
    }()

    static let refused = ReceptionView(
        PageExamples.senders[0],
        Reception(
            options: try! ReceptionOptions(
                receivesMessages: false, notifies: true, receivesGroupMessages: true, sendsMail: false, mailAddress: nil,
                blocksCalls: false, blockMessage: nil), callFault: nil, keptCount: Reception.countLimit),
        draft: .init(FormFields(parsing: .init(string: "sendsMail=yes&mailAddress=%3Cteam%3E&blocksCalls=yes&blockMessage=x"))),
        problem: .mailAddressMalformed, may: .init(manage: true, bringIn: true), notice: nil, in: PageExamples.workspace())
}
