internal import Foundation
internal import HTTPTypes
internal import Hummingbird

extension Request {
    /// Address of the workspace's page on which the form stood, as the browser tells; nil when it isn't one that can be looked at again.
    func formerPage(under base: String) -> String? {
        // Pages lie one or two steps below the workspace. What lies deeper may be the answer to a form, which has no address to go back to.
        guard let told = headers[.referer], let url = URLComponents(string: told), url.path.hasPrefix("\(base)/") else { return nil }
        let steps = url.path.dropFirst(base.count + 1).split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(steps.count), !steps.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
        // What was done there before isn't said again.
        let query = url.queryItems?.filter { $0.name != "done" } ?? []
        var address = URLComponents()
        (address.path, address.queryItems) = (url.path, query.isEmpty ? nil : query)
        return address.string
    }
}
