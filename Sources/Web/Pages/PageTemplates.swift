internal import Foundation
internal import Mustache

/// All templates of the pages, parsed once.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    /// Throws when a template can't be parsed: a mistake of ours, found by any test.
    init(_ assets: EmbeddedAssets = .all) throws {
        var library = MustacheLibrary()
        MustacheContentTypes.register(HTMLText.ContentType(), named: HTMLText.ContentType.name)
        for name in assets.names(in: "templates/") where name.hasSuffix(".mustache") {
            guard let file = assets.files[name] else { continue }
            // Each says it for itself: what a template includes begins with the library's own way, which goes by characters.
            let text = "{{% CONTENT_TYPE: \(HTMLText.ContentType.name)}}\n" + String(decoding: file.bytes, as: UTF8.self)
            try library.register(text, named: String(name.dropFirst("templates/".count).dropLast(".mustache".count)))
        }
        self.library = library
    }

    func render(_ view: some RenderedView) -> String { render(view, with: type(of: view).template) }

    func render(_ view: any Sendable, with template: String) -> String {
        guard let html = library.render(view, withTemplate: template) else { preconditionFailure("There is no template \(template).") }
        return html
    }
}
