import Foundation
import Mustache
import Synchronization
import Testing

@testable import Web

@Suite("Templates and views")
struct TemplateTests {
    @Test("every page renders, and knows every name that its template asks for", arguments: PageExamples.all.indices)
    func names(index: Int) throws {
        let (name, view) = PageExamples.all[index]
        let log = NameLog()
        let html = try PageTemplates().render(Recorded(view, log), with: type(of: view).template)
        #expect(log.unknown == [], "\(name) asks for names that no view has")
        // The variables of templates that pages of ours show are no names of ours.
        #expect(!html.replacing(/\{\{([0-9]+|first_name)\}\}/, with: "").contains("{{"))
        #expect(Self.badTags(in: html) == [], "\(name) has tags with attributes that aren't quoted")
        #expect(html.firstMatch(of: /(value|href|src|title)="false"|>false</) == nil, "\(name) shows an absent value")
        #expect(!html.contains("style=\""), "\(name): the content security policy refuses styles in attributes")
        try write(html, name)
    }

    @Test("every template is used by a page, and every partial exists")
    func partials() throws {
        let assets = EmbeddedAssets.all
        let files = assets.names(in: "templates/").compactMap { assets.files[$0] }
        let names = Set(files.map { String($0.name.dropFirst("templates/".count).dropLast(".mustache".count)) })
        var used = Set(PageExamples.all.map { type(of: $0.view).template })
        for file in files {
            for match in String(decoding: file.bytes, as: UTF8.self).matches(of: /\{\{[><]\s*([a-z-]+)/) { used.insert(String(match.1)) }
        }
        // These are rendered by themselves and as parts of pages.
        #expect(used == names)
    }

    @Test("icons that templates name are in the sprite")
    func icons() throws {
        let assets = EmbeddedAssets.all
        let sprite = try #require(assets.files["vendor/icons.svg"])
        let text = String(decoding: sprite.bytes, as: UTF8.self)
        let templates = try PageTemplates()
        for (name, view) in PageExamples.all {
            for match in templates.render(view, with: type(of: view).template).matches(of: /icons\.svg#([^"]*)/) {
                #expect(text.contains("id=\"\(match.1)\""), "\(name) shows the icon \(match.1)")
            }
        }
    }

    @Test("text of customers is escaped wherever it stands")
    func escaping() throws {
        let html = try PageTemplates().render(HostileExamples.marked.inbox, with: InboxView.template)
        for field in HostileExamples.fields {
            // Each field shows, and only as text.
            #expect(html.contains("&lt;i&gt;\(field)&amp;"), "\(field) doesn't show")
            #expect(!html.contains("<i>\(field)"), "\(field) is markup")
        }
        #expect(!html.contains("<i>"))
        #expect(Self.badTags(in: html) == [])
    }

    @Test(
        "the texts of templates, and what is filled in, are escaped wherever they stand",
        arguments: HostileExamples.marked.templates.indices)
    func escapingOfTemplates(index: Int) throws {
        let view = HostileExamples.marked.templates[index]
        let html = try PageTemplates().render(view, with: type(of: view).template)
        #expect(!html.lowercased().contains("<i>"))
        #expect(html.lowercased().contains("&lt;i&gt;template"))
        #expect(Self.badTags(in: html) == [])
    }

    /// Tags that aren't of the form `<name attribute="value" flag>`.
    private static func badTags(in html: String) -> [Substring] {
        let tag = /<[a-z][a-z0-9]*(?:\s+[a-zA-Z-]+(?:="[^"]*")?)*\s*\/?>/
        return html.ranges(of: /<[a-z]/).compactMap { found in
            html[found.lowerBound...].prefixMatch(of: tag) == nil ? html[found.lowerBound...].prefix(120) : nil
        }
    }

    /// With SWITCHBOARD_PAGES=folder the pages are written there, to be looked at without a server.
    private func write(_ html: String, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["SWITCHBOARD_PAGES"] else { return }
        let path = URL(fileURLWithPath: folder).appending(path: "\(name).html")
        try Data(html.replacing(EmbeddedAssets.all.address, with: "/assets").utf8).write(to: path)
    }
}

/// A view that notes which names were asked for, and which of them anybody knew.
private struct Recorded: MustacheParent, Sendable {
    private let view: any View
    private let log: NameLog

    init(_ view: any View, _ log: NameLog) { (self.view, self.log) = (view, log) }

    func child(named name: String) -> Any? {
        let value = view.child(named: name)
        log.note(name, isKnown: value != nil)
        if let view = value as? any View { return Recorded(view, log) }
        if let views = value as? [any View] { return views.map { Recorded($0, log) } }
        return value
    }
}

private final class NameLog: Sendable {
    private let state = Mutex<(asked: Set<String>, known: Set<String>)>(([], []))

    func note(_ name: String, isKnown: Bool) {
        state.withLock {
            $0.asked.insert(name)
            if isKnown { $0.known.insert(name) }
        }
    }

    var unknown: Set<String> { state.withLock { $0.asked.subtracting($0.known) } }
}
