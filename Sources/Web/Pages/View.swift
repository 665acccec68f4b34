internal import Mustache

/// What one template is rendered with: strings, flags and further views, each under the name that the template uses.
///
/// A name that is absent this time is `false`, not missing: so a test can tell a mistyped name from an empty value.
protocol View: MustacheParent, Sendable {
    var names: [String: any Sendable] { get }
}

extension View {
    func child(named name: String) -> Any? { names[name] }
}

/// A view that is a whole answer, and knows its template.
protocol RenderedView: View {
    static var template: String { get }
}

extension Optional where Wrapped: Sendable {
    /// The value for a template, where nothing is `false`.
    var orFalse: any Sendable {
        switch self {
        case .some(let value): value
        case .none: false
        }
    }
}

extension [String: any Sendable] {
    /// Both together; the names of the two never meet.
    func with(_ others: [String: any Sendable]) -> Self {
        merging(others) { own, _ in own }
    }
}
