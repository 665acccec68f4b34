import Domain
import Services
import Store
import TestSupport
import Testing

@testable import Web

/// The last line: what a table gives when a service has forgotten to ask.
@Suite("What one may not see, no table gives")
struct VisibilityTableTests {
    @Test("each table asks for itself", arguments: TestEngine.allCases)
    func tables(engine: TestEngine) async throws {
        let scene = try await VisibilityScene(engine)
        let other = try await scene.web.services.labels.create(name: "Other", color: .red, access: scene.hub.access).id
        let now = scene.hub.clock.now
        for level in [VisibilityLevel.own, .team] {
            let access = scene.access(level, grants: Set(Grant.allCases))
            for told in scene.told {
                let (id, isSeen) = (told.conversation.id, told.holder.isSeen(level))
                let note = try Note(
                    id: .make(at: now), conversationID: id, author: "member:x", text: "x", mentions: [], at: now, sequence: 1)
                // None of it stays: the transaction ends with an error.
                let answers = await answers(scene) { transaction in
                    let (conversations, messages) = (ConversationTable(transaction, access), MessageTable(transaction, access))
                    let (notes, labels) = (NoteTable(transaction, access), LabelTable(transaction, access))
                    let (drafts, media) = (DraftTable(transaction, access), MediaTable(transaction, access))
                    let notifications = NotificationTable(transaction, access)
                    return [
                        "conversation": try conversations.find(id) != nil,
                        "list": try conversations.list(.init(), after: nil, limit: 100, now: now).contains { $0.id == id },
                        "message": try messages.find(told.message) != nil, "messages": try !messages.list([told.message]).isEmpty,
                        "by client id": try messages.find(clientID: "file-\(told.word)") != nil,
                        "thread": try !messages.thread(id, before: nil, limit: 5).isEmpty,
                        "thread after": try !messages.thread(id, after: (0, 0), limit: 5).isEmpty,
                        "note": try notes.find(told.note) != nil, "notes": try !notes.thread(id, before: nil, limit: 5).isEmpty,
                        "notes after": try !notes.thread(id, after: (0, 0), limit: 5).isEmpty, "new note": try notes.insert(note),
                        "draft": try drafts.find(id) != nil, "drafts": try !drafts.texts([id]).isEmpty,
                        "media": try media.find(told.media) != nil, "notification": try notifications.find(told.notification) != nil,
                        "notifications": try notifications.list(onlyUnread: false, before: nil, limit: 100).contains {
                            $0.topic == .conversation(id)
                        },
                        "unread": try notifications.unread().contains(.conversation(id)), "label": try labels.put(other, on: id),
                        "no label": try labels.take(scene.label, off: id), "read": try conversations.markRead(id),
                        "close": try conversations.setState(.closed, id), "ai": try conversations.setAIActive(false, id),
                        "notification read": try notifications.markRead(told.notification, at: now),
                        "draft away": try drafts.delete(id, version: nil), "note away": try notes.delete(told.note),
                        // Last: afterwards it is somebody else's.
                        "assign": try conversations.assign(id, to: Assignment(assignee: scene.colleague, team: scene.theirs.id)),
                    ]
                }
                let wrong = answers.filter { $0.value != isSeen }.map(\.key).sorted()
                #expect(answers.count == 26)
                #expect(wrong == [], "\(level) \(told.holder)")
            }
        }
    }

    private struct Undone: Error { let answers: [String: Bool] }

    private func answers(
        _ scene: VisibilityScene, _ body: @escaping @Sendable (any Transaction) throws -> [String: Bool]
    ) async -> [String: Bool] {
        do {
            try await scene.hub.database.write { throw Undone(answers: try body($0)) }
        } catch let undone as Undone {
            return undone.answers
        } catch {
            Issue.record(error)
        }
        return [:]
    }
}
