import Domain
import Foundation

@testable import Web

/// A connection of which there is much to tell, and one whose token has ended.
enum ConnectionExamples {
    private static let now = PageExamples.now

    static let troubled = page(
        token: AccessTokenFacts(
            kind: "USER", expiresAt: now.addingTimeInterval(5_400), permissions: ["whatsapp_business_messaging", "<b>odd</b>"]),
        refusals: WebhookRefusal.Reason.allCases.map { reason in
            WebhookRefusal(
                reason: reason, count: BoundedCount(WebhookRefusal.countLimit, isMore: true), since: now.addingTimeInterval(-80_000),
                lastAt: now.addingTimeInterval(-60))
        }, waiting: BoundedCount(12))
    static let ended = page(
        token: AccessTokenFacts(kind: "SYSTEM_USER", expiresAt: now.addingTimeInterval(-60), permissions: []), refusals: [],
        waiting: BoundedCount(1), theme: .dark)

    private static func page(
        token: AccessTokenFacts, refusals: [WebhookRefusal], waiting: BoundedCount, theme: PageFrame.Theme = .light
    ) -> ConnectionView {
        let connection = Connection(
            id: PageExamples.connection.id, workspaceID: PageExamples.connection.workspaceID, channel: .meta, name: "Acme <Shop>",
            appID: "1234567890", businessAccountID: "987654321", createdAt: now, lastWebhookAt: now.addingTimeInterval(-300),
            lastWebhookField: "messages", isSubscribed: false, tokenIsTemporary: true,
            facts: ConnectionFacts(
                accountName: "Acme & <Sons>", portfolioID: "55", token: token,
                callbackAddresses: ["https://other.example/hooks/meta/cnn_9?<x>"], checkedAt: now.addingTimeInterval(-100),
                problem: "Meta doesn't accept the app secret any more."),
            replacements: [
                .accessToken: SecretReplacement(
                    at: now.addingTimeInterval(-200), actor: "member:acc_01k00000000000000000000001"),
                .appSecret: SecretReplacement(at: now.addingTimeInterval(-300), actor: "key:key_1"),
            ])
        return ConnectionView(
            connections: [connection],
            standing: .init(
                ConnectionStanding(
                    connection: connection, senders: PageExamples.senders, refusals: refusals, waitingInJournal: waiting),
                webhookAddress: "https://chat.example.com/hooks/meta/\(connection.id)", verifyToken: "verify-7f3a", isReachable: true,
                people: ["member:acc_01k00000000000000000000001": "Ana <Ruiz>"]),
            draft: ConnectionDraft(appID: "", appSecret: "", accessToken: "", businessAccountID: "", phoneNumberID: ""), name: "",
            errors: ["accessToken": "Meta doesn't accept this access token (it has expired)."], notice: nil,
            in: PageExamples.workspace(theme))
    }
}
