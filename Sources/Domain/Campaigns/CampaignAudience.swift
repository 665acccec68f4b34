/// Whom a campaign is for: everybody whom one of its sources names, each once.
package struct CampaignAudience: Sendable, Equatable, Codable {
    package static let sourceLimit = 50
    /// Picked by hand, in one source.
    package static let pickedLimit = 1_000

    package var sources: [CampaignSource]

    package init(_ sources: [CampaignSource] = []) { self.sources = sources }

    /// Headings of its files, of which the mapping may speak.
    package var columns: Set<String> {
        var columns: Set<String> = []
        for case .file(let file) in sources { columns.formUnion(file.headings.filter { !$0.isEmpty }) }
        return columns
    }

    func check() throws(CampaignProblem) {
        guard sources.count <= Self.sourceLimit else { throw .tooManySources(count: sources.count) }
        for source in sources {
            if case .contacts(let ids) = source, ids.count > Self.pickedLimit { throw .tooManyPicked(count: ids.count) }
        }
    }
}

/// One way in which people come into an audience. Another kind of it is a case here and a reader in `CampaignSourceReader`.
package enum CampaignSource: Sendable, Equatable {
    case group(Identifier<ContactGroup>)
    /// Picked by hand.
    case contacts([Identifier<Contact>])
    case directory(ContactFilter)
    case file(CampaignFile)
}

/// A file of people, each row with columns of its own. Nobody of it comes into the directory.
package struct CampaignFile: Sendable, Equatable, Codable {
    /// The upload, which nothing has been taken from.
    package let upload: Identifier<ContactImport>
    /// Counted from 0.
    package let phoneColumn: Int
    /// Whose numbers those without a country code are.
    package let region: String?
    /// Of the first line, in the order of the columns; what is behind them has none.
    package var headings: [String]

    package init(upload: Identifier<ContactImport>, phoneColumn: Int, region: String? = nil, headings: [String] = []) {
        (self.upload, self.phoneColumn, self.region, self.headings) = (upload, phoneColumn, region, headings)
    }

    /// What a row says, by headings; blank is nothing.
    package func columns(_ cells: [String]) -> [String: String] {
        var columns: [String: String] = [:]
        for (heading, cell) in zip(headings, cells) where !heading.isEmpty && columns[heading] == nil && !cell.isBlank {
            columns[heading] = String(CSVText.unescaped(cell).prefix(Self.cellLimit))
        }
        return columns
    }

    /// Characters of one cell that are kept.
    private static let cellLimit = 1_024
}

/// `{"group": "grp_…"}`, `{"contacts": ["con_…"]}`, `{"directory": {"region": "BR"}}`, `{"file": {"upload": "imp_…", "phoneColumn": 1}}`.
extension CampaignSource: Codable {
    private enum Keys: String, CodingKey { case group, contacts, directory, file }
    private enum FilterKeys: String, CodingKey { case region, hasConversation, everybody }
    private enum FileKeys: String, CodingKey { case upload, phoneColumn, region, headings }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        guard values.allKeys.count == 1, let key = values.allKeys.first else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "One kind of source is needed."))
        }
        switch key {
        case .group: self = .group(try values.decode(Identifier<ContactGroup>.self, forKey: key))
        case .contacts: self = .contacts(try values.decode([Identifier<Contact>].self, forKey: key))
        case .directory:
            let filter = try values.nestedContainer(keyedBy: FilterKeys.self, forKey: key)
            let everybody = try filter.decodeIfPresent(Bool.self, forKey: .everybody) ?? false
            self = .directory(
                ContactFilter(
                    scope: everybody ? .all : .directory, region: try filter.decodeIfPresent(String.self, forKey: .region),
                    hasConversation: try filter.decodeIfPresent(Bool.self, forKey: .hasConversation), order: .newest))
        case .file:
            let file = try values.nestedContainer(keyedBy: FileKeys.self, forKey: key)
            self = .file(
                CampaignFile(
                    upload: try file.decode(Identifier<ContactImport>.self, forKey: .upload),
                    phoneColumn: try file.decode(Int.self, forKey: .phoneColumn),
                    region: try file.decodeIfPresent(String.self, forKey: .region),
                    headings: try file.decodeIfPresent([String].self, forKey: .headings) ?? []))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        switch self {
        case .group(let id): try values.encode(id, forKey: .group)
        case .contacts(let ids): try values.encode(ids, forKey: .contacts)
        case .directory(let filter):
            var members = values.nestedContainer(keyedBy: FilterKeys.self, forKey: .directory)
            try members.encodeIfPresent(filter.region, forKey: .region)
            try members.encodeIfPresent(filter.hasConversation, forKey: .hasConversation)
            if filter.scope == .all { try members.encode(true, forKey: .everybody) }
        case .file(let file): try values.encode(file, forKey: .file)
        }
    }
}
