import Domain
import Foundation
import Testing

@Suite("How a campaign stands")
struct CampaignStateTests {
    /// From where a step leads where; every other pair is refused.
    private static let steps: [CampaignState: [CampaignStep: CampaignState]] = [
        .draft: [.edit: .draft, .prepare: .draft, .schedule: .scheduled, .start: .running, .delete: .draft],
        .scheduled: [
            .edit: .scheduled, .prepare: .scheduled, .schedule: .scheduled, .unschedule: .draft, .start: .running, .cancel: .cancelled,
            .fail: .failed, .delete: .scheduled,
        ],
        .running: [.pause: .paused, .resume: .running, .cancel: .cancelled, .retry: .running, .finish: .finished],
        .paused: [.pause: .paused, .resume: .running, .cancel: .cancelled, .retry: .paused],
        .finished: [.retry: .running, .delete: .finished],
        .cancelled: [.cancel: .cancelled, .delete: .cancelled],
        .failed: [.delete: .failed],
    ]

    @Test("every pair of state and step leads somewhere or is refused", arguments: CampaignState.allCases)
    func pairs(state: CampaignState) {
        for step in CampaignStep.allCases {
            if let next = Self.steps[state]?[step] {
                #expect(try! state.after(step) == next, "\(state) \(step)")
            } else {
                #expect(throws: CampaignProblem.notNow(step, state), "\(state) \(step)") { try state.after(step) }
            }
        }
    }

    @Test("failures stop a campaign from so many messages and so many hundredths on")
    func stopRule() {
        let rule = CampaignStopRule.standard
        #expect(!rule.stops(failed: 49, of: 49))
        #expect(rule.stops(failed: 10, of: 50))
        #expect(!rule.stops(failed: 9, of: 50))
        #expect(!CampaignStopRule(percent: nil, least: 1).stops(failed: 5, of: 5))
    }

    @Test("an audience is read back as it was written")
    func audience() throws {
        let audience = CampaignAudience([
            .group(Identifier("grp_1")), .contacts([Identifier("con_1"), Identifier("con_2")]),
            .directory(ContactFilter(region: "BR", hasConversation: true, order: .newest)), .directory(ContactFilter(scope: .all)),
            .file(CampaignFile(upload: Identifier("imp_1"), phoneColumn: 1, region: "BR", headings: ["Order", "Phone"])),
        ])
        #expect(try JSONText.decode(CampaignAudience.self, from: JSONText.encode(audience)) == audience)
        #expect(audience.columns == ["Order", "Phone"])
    }
}

@Suite("What recipients add to the counts")
struct CampaignTallyTests {
    private func recipient(_ state: CampaignRecipient.State) -> CampaignRecipient {
        var one = CampaignRecipient(
            position: 1, contactID: Identifier("con_1"), personKey: "con_1", senderID: Identifier("snd_1"), state: state)
        one.messageID = Identifier("msg_1")
        return one
    }

    @Test("whatever is told of a message in whatever order, the counts are what the rows say")
    func property() {
        var generator = SystemRandomNumberGenerator()
        var tally = CampaignTally()
        var rows: [CampaignRecipient] = []
        for position in 1...50 {
            var one = CampaignRecipient(
                position: position, contactID: nil, personKey: "\(position)", senderID: Identifier("snd_1"),
                state: position % 7 == 0 ? .excluded : .queued, exclusion: position % 7 == 0 ? .duplicate : nil)
            one.messageID = Identifier("msg_\(position)")
            tally.replace(nil, by: one)
            rows.append(one)
        }
        for step in 0..<2_000 {
            let index = Int.random(in: rows.indices, using: &generator)
            let old = rows[index]
            let at = Date(timeIntervalSince1970: Double(step) * 400)
            var new = old
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: new = old.takenBack
            case 1: new = old.answered(at: at, isClick: Bool.random(using: &generator))
            case 2: new.state = old.state == .pending ? .queued : old.state
            default:
                let status = MessageStatus.allCases.randomElement(using: &generator)!
                let error = MessageError(code: "13100\(step % 3)", detail: "x", advice: "y", retryable: true)
                new = old.after(
                    .init(
                        messageID: old.messageID!, status: status, error: status == .failed ? error : nil,
                        sentAt: Bool.random(using: &generator) ? at : nil, deliveredAt: status == .delivered ? at : nil), at: at)
            }
            tally.replace(old, by: new)
            rows[index] = new
        }
        var counted = CampaignTally()
        for one in rows { counted.replace(nil, by: one) }
        #expect(CampaignCounts(tally.totals) == CampaignCounts(counted.totals))
        #expect(tally.hours.filter { $0.value != 0 } == counted.hours.filter { $0.value != 0 })
        #expect(CampaignCounts(tally.totals).audience == 50)
    }

    @Test("what was taken back, or left out, isn't moved by what its message says")
    func withdrawn() {
        let standing = CampaignRecipient.Standing(messageID: Identifier("msg_1"), status: .cancelled)
        #expect(recipient(.pending).after(standing, at: .now).state == .pending)
        #expect(recipient(.queued).after(standing, at: .now).state == .cancelled)
        let other = CampaignRecipient.Standing(messageID: Identifier("msg_2"), status: .sent)
        #expect(recipient(.queued).after(other, at: .now).state == .queued)
    }

    @Test("an answer counts once and for a week")
    func answers() {
        var one = recipient(.sent)
        one.sentAt = Date(timeIntervalSince1970: 1_000_000)
        let late = one.answered(at: one.sentAt!.addingTimeInterval(8 * 86_400), isClick: true)
        #expect(late == one)
        let first = one.answered(at: one.sentAt!.addingTimeInterval(60), isClick: false)
        #expect(first.repliedAt == one.sentAt!.addingTimeInterval(60) && first.clickedAt == nil)
        let second = first.answered(at: one.sentAt!.addingTimeInterval(90), isClick: true)
        #expect(second.repliedAt == first.repliedAt && second.clickedAt == one.sentAt!.addingTimeInterval(90))
    }

    @Test("hundredths are of the recipients, and of those to whom it was delivered")
    func percents() {
        let counts = CampaignCounts([
            .init(.state(.sent)): 10, .init(.state(.delivered)): 20, .init(.state(.read)): 30, .init(.state(.failed), reason: "131026"): 40,
            .init(.state(.excluded), reason: "duplicate"): 7,
        ])
        #expect((counts.audience, counts.recipients, counts.delivered, counts.read) == (107, 100, 50, 30))
        #expect((counts.deliveredPercent, counts.readPercent, counts.selectedPercent(of: 400)) == (50, 60, 25))
        #expect(counts.failures == ["131026": 40] && counts.exclusions == [.duplicate: 7])
        #expect(CampaignCounts().deliveredPercent == nil)
    }
}
