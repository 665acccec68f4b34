internal import Domain

/// The pages of one number, and whose they are: stands over each of them. Templates `sender-head` and `sender-tabs`.
struct SenderTabs: Sendable {
    enum Tab: String, CaseIterable {
        case overview, reception, handling, profile, receipts, queue, subscription, history

        var title: String {
            switch self {
            case .overview: "Overview"
            case .reception: "Reception"
            case .handling: "Handled by"
            case .profile: "Profile"
            case .receipts: "Receipts webhook"
            case .queue: "Queue"
            case .subscription: "Subscription"
            case .history: "History"
            }
        }

        fileprivate func isShown(to workspace: WorkspaceFrame) -> Bool {
            switch self {
            case .overview, .reception, .handling, .profile, .queue, .history: true
            case .receipts, .subscription: workspace.grants.contains(.sendersManage)
            }
        }
    }

    let names: [String: any Sendable]

    init(_ sender: Sender, _ tab: Tab, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)"
        let (word, tone, icon) = SenderWords.status(sender.status)
        names = [
            "tabsSenderName": sender.name, "tabsSenderNumber": sender.phoneNumber.display, "tabsStatus": word, "tabsTone": tone,
            "tabsIcon": icon, "senderAddress": address,
            "senderTabs": Tab.allCases.filter { $0.isShown(to: workspace) }.map {
                LinkView($0.title, $0 == .overview ? address : "\(address)/\($0.rawValue)", isCurrent: $0 == tab)
            },
        ]
    }
}

/// One of several pages. Its template gives it as `linkAddress`, `linkLabel` and `linkIsCurrent`.
struct LinkView: View {
    let names: [String: any Sendable]

    init(_ label: String, _ address: String, isCurrent: Bool) {
        names = ["linkLabel": label, "linkAddress": address, "linkIsCurrent": isCurrent]
    }
}
