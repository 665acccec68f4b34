import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Who looks at a conversation")
struct PresenceTests {
    private static let workspace = Identifier<Workspace>("wsp_a")
    private static let (ana, kim) = (Identifier<Account>("acc_ana"), Identifier<Account>("acc_kim"))
    private static let here = Identifier<Conversation>("cnv_here")
    private let start = Date(timeIntervalSince1970: 1_000_000)

    private func people(_ board: PresenceBoard, after seconds: Double = 0) -> [Presence] {
        board.people(in: Self.here, of: Self.workspace, at: start.addingTimeInterval(seconds))
    }

    @Test("whoever gives signs is there, writes for a while, and goes without a word or with one")
    func signs() {
        let board = PresenceBoard()
        board.report(.viewing, of: Self.ana, in: Self.here, of: Self.workspace, at: start)
        board.report(.writing, of: Self.kim, in: Self.here, of: Self.workspace, at: start)
        #expect(people(board) == [.init(account: Self.ana, activity: .viewing), .init(account: Self.kim, activity: .writing)])
        #expect(people(board, after: Presence.writingSeconds).map(\.activity) == [.viewing, .viewing])
        board.report(nil, of: Self.kim, in: Self.here, of: Self.workspace, at: start)
        #expect(people(board).map(\.account) == [Self.ana])
        #expect(people(board, after: Presence.viewingSeconds).isEmpty)
        #expect(board.people(in: Self.here, of: Identifier("wsp_b"), at: start).isEmpty)
    }

    @Test("who closes one of two windows is still there, and writes when they do so in either")
    func windows() {
        let board = PresenceBoard()
        func report(_ activity: Presence.Activity?, at page: String) {
            board.report(activity, of: Self.ana, page: page, in: Self.here, of: Self.workspace, at: start)
        }
        report(.viewing, at: "one")
        report(.writing, at: "two")
        #expect(people(board) == [.init(account: Self.ana, activity: .writing)])
        #expect(board.own.map { $0.presence(at: start) } == people(board))
        report(nil, at: "two")
        #expect(people(board) == [.init(account: Self.ana, activity: .viewing)])
        // The page that was left may say so after the one that came.
        report(nil, at: "two")
        #expect(people(board).count == 1)
        report(nil, at: "one")
        #expect(people(board).isEmpty && board.own.isEmpty)
        for page in 0...PresenceBoard.pageLimit { report(.viewing, at: "\(page)") }
        for page in 0..<PresenceBoard.pageLimit { report(nil, at: "\(page)") }
        #expect(people(board).isEmpty)
    }

    @Test("whoever stops reading while changes are told holds nobody up", .timeLimit(.minutes(1)))
    func leaving() async {
        let (board, start) = (PresenceBoard(), start)
        await withTaskGroup(of: Void.self) { group in
            for reader in 0..<4 {
                group.addTask {
                    for _ in 0..<1_500 {
                        let reading = Task { for await _ in board.changes(in: Self.workspace) {} }
                        await Task.yield()
                        reading.cancel()
                        board.report(.viewing, of: Self.ana, page: "\(reader)", in: Self.here, of: Self.workspace, at: start)
                        board.report(nil, of: Self.ana, page: "\(reader)", in: Self.here, of: Self.workspace, at: start)
                        await reading.value
                    }
                }
            }
        }
        #expect(people(board).isEmpty)
    }

    @Test("a change is told once, to the workspace it is in, also that somebody's time ran out")
    func changes() async {
        let board = PresenceBoard()
        var told = board.changes(in: Self.workspace).makeAsyncIterator()
        let other = board.changes(in: Identifier("wsp_b"))
        board.report(.viewing, of: Self.ana, in: Self.here, of: Self.workspace, at: start)
        board.report(.viewing, of: Self.ana, in: Self.here, of: Self.workspace, at: start.addingTimeInterval(20))
        board.report(.writing, of: Self.ana, in: Self.here, of: Self.workspace, at: start.addingTimeInterval(21))
        board.expire(at: start.addingTimeInterval(22))
        board.expire(at: start.addingTimeInterval(30))
        board.expire(at: start.addingTimeInterval(70))
        board.expire(at: start.addingTimeInterval(80))
        // Came, wrote, stopped writing, went.
        for isOfWriters in [false, true, true, false] { #expect(await told.next() == PresenceChange(Self.here, isOfWriters: isOfWriters)) }
        board.report(.viewing, of: Self.ana, in: Identifier("cnv_end"), of: Self.workspace, at: start)
        #expect(await told.next()?.conversation == Identifier("cnv_end"))
        board.report(.viewing, of: Self.ana, in: Identifier("cnv_b"), of: Identifier("wsp_b"), at: start)
        var others = other.makeAsyncIterator()
        #expect(await others.next()?.conversation == Identifier("cnv_b"))
    }

    @Test("there are never more signs than the limit, and room again when some went")
    func limit() {
        let board = PresenceBoard()
        for number in 0..<PresenceBoard.signLimit {
            board.report(.viewing, of: Identifier("acc_\(number)"), in: Identifier("cnv_\(number)"), of: Self.workspace, at: start)
        }
        board.report(.viewing, of: Self.ana, in: Self.here, of: Self.workspace, at: start)
        #expect(people(board).isEmpty)
        board.expire(at: start.addingTimeInterval(Presence.viewingSeconds + 1))
        #expect(board.own.isEmpty)
        board.report(.viewing, of: Self.ana, in: Self.here, of: Self.workspace, at: start)
        #expect(people(board).map(\.account) == [Self.ana])
    }

    @Test("processes on one PostgreSQL know each other's people; what a process tells no more is gone")
    func processes() async throws {
        let hub = try await TestHub(TestDatabase.make(.postgres))
        let clock = hub.clock
        func side(_ id: String) -> (board: PresenceBoard, exchange: PresenceExchange) {
            let board = PresenceBoard()
            return (board, PresenceExchange(database: hub.database, board: board, processID: id, now: { clock.now }))
        }
        let (one, two) = (side("one"), side("two"))
        var (toldOne, toldTwo) = (PresenceExchange.Told(), PresenceExchange.Told())
        one.board.report(.writing, of: Self.ana, in: Self.here, of: Self.workspace, at: clock.now)
        try await one.exchange.exchange(&toldOne)
        try await two.exchange.exchange(&toldTwo)
        let expected = [Presence(account: Self.ana, activity: .writing)]
        #expect(two.board.people(in: Self.here, of: Self.workspace, at: clock.now) == expected)
        one.board.report(nil, of: Self.ana, in: Self.here, of: Self.workspace, at: clock.now)
        try await one.exchange.exchange(&toldOne)
        try await two.exchange.exchange(&toldTwo)
        #expect(two.board.people(in: Self.here, of: Self.workspace, at: clock.now).isEmpty)
    }

    @Test("who can't see the conversation neither asks nor is told", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let clock = work.hub.clock
        let service = PresenceService(database: work.hub.database, board: PresenceBoard(), now: { clock.now })
        let mine = work.access(.own(work.me.account.id))
        let hidden = try #require(work.cases.first { !mine.visibility.includes($0.assignment) }).conversation
        let seen = try #require(work.cases.first { mine.visibility.includes($0.assignment) }).conversation
        await #expect(throws: ConversationProblem.missing) { try await service.report(.viewing, in: hidden, access: mine) }
        await #expect(throws: ConversationProblem.missing) { _ = try await service.people(in: hidden, access: mine) }
        var told = service.changes(access: mine).makeAsyncIterator()
        for conversation in [hidden, seen] {
            service.board.report(.viewing, of: work.colleague.account.id, in: conversation, of: work.hub.workspaceID, at: clock.now)
        }
        #expect(await told.next()?.conversation == seen)
        await #expect(throws: AccessProblem.personNeeded) { try await service.report(.viewing, in: seen, access: work.hub.access) }
    }
}
