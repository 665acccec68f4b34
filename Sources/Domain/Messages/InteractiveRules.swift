// Limits: reference "Interactive", read 2026-11.

extension InteractiveContent {
    package static let headerLimit = 60
    package static let footerLimit = 60
    package static let buttonIDLimit = 256
    package static let listButtonLimit = 20
    package static let sectionLimit = 10
    package static let sectionTitleLimit = 24
    package static let rowIDLimit = 200
    package static let rowTitleLimit = 24
    package static let rowDescriptionLimit = 72
    package static let linkTitleLimit = 20

    func validate() throws(MessageProblem) {
        guard [buttons != nil, list != nil, link != nil].count(where: { $0 }) == 1 else { throw .interactiveAction }
        try FieldRule.text(body, "interactive.body", limit: list == nil ? Self.bodyLimit : Self.listBodyLimit)
        try FieldRule.text(footer, "interactive.footer", limit: Self.footerLimit)
        try header?.validate(besideList: list != nil)
        if let buttons { try Button.validate(buttons) }
        try list?.validate()
        try link?.validate()
    }
}

extension InteractiveContent.Header {
    fileprivate func validate(besideList: Bool) throws(MessageProblem) {
        switch (text, media) {
        case (let text?, nil): try FieldRule.text(text, "interactive.header.text", limit: InteractiveContent.headerLimit)
        case (nil, let media?):
            guard !besideList else { throw .headerMalformed("above a list there can only be a text.") }
            switch media.kind {
            case .image, .video, .document: try media.validateSource("interactive.header.media")
            case .audio, .sticker: throw .headerMalformed("it can be a text, an image, a video or a document, not \(media.kind.rawValue).")
            }
        default: throw .headerMalformed("it needs either a text or a file, and not both.")
        }
    }
}

extension InteractiveContent.Button {
    fileprivate static func validate(_ buttons: [Self]) throws(MessageProblem) {
        try FieldRule.count(buttons.count, "interactive.buttons", 1...InteractiveContent.buttonLimit)
        var ids: Set<String> = []
        var titles: Set<String> = []
        for (index, button) in buttons.enumerated() {
            let path = "interactive.buttons[\(index)]"
            try FieldRule.text(button.id, "\(path).id", limit: InteractiveContent.buttonIDLimit)
            try FieldRule.text(button.title, "\(path).title", limit: InteractiveContent.buttonTitleLimit)
            guard ids.insert(button.id).inserted else { throw .duplicate(field: "\(path).id") }
            guard titles.insert(button.title).inserted else { throw .duplicate(field: "\(path).title") }
        }
    }
}

extension InteractiveContent.List {
    fileprivate func validate() throws(MessageProblem) {
        try FieldRule.text(button, "interactive.list.button", limit: InteractiveContent.listButtonLimit)
        try FieldRule.count(sections.count, "interactive.list.sections", 1...InteractiveContent.sectionLimit)
        let rowCount = sections.reduce(0) { $0 + $1.rows.count }
        try FieldRule.count(rowCount, "interactive.list.sections", 1...InteractiveContent.rowLimit)
        var ids: Set<String> = []
        for (index, section) in sections.enumerated() {
            let path = "interactive.list.sections[\(index)]"
            guard sections.count == 1 || section.title?.isBlank == false else {
                throw .sectionTitleMissing(field: "\(path).title")
            }
            try FieldRule.text(section.title, "\(path).title", limit: InteractiveContent.sectionTitleLimit)
            try FieldRule.count(section.rows.count, "\(path).rows", 1...InteractiveContent.rowLimit)
            for (rowIndex, row) in section.rows.enumerated() {
                try row.validate("\(path).rows[\(rowIndex)]")
                guard ids.insert(row.id).inserted else { throw .duplicate(field: "\(path).rows[\(rowIndex)].id") }
            }
        }
    }
}

extension InteractiveContent.List.Row {
    fileprivate func validate(_ path: String) throws(MessageProblem) {
        try FieldRule.text(id, "\(path).id", limit: InteractiveContent.rowIDLimit)
        try FieldRule.text(title, "\(path).title", limit: InteractiveContent.rowTitleLimit)
        try FieldRule.text(description, "\(path).description", limit: InteractiveContent.rowDescriptionLimit)
    }
}

extension InteractiveContent.Link {
    fileprivate func validate() throws(MessageProblem) {
        try FieldRule.text(title, "interactive.link.title", limit: InteractiveContent.linkTitleLimit)
        try FieldRule.link(url, "interactive.link.url")
    }
}
