package import Domain
internal import Store

/// All numbers of a workspace, to be looked through.
extension SenderService {
    /// A page of them by number, with those of a country together; `after` is ``Page/next`` of the page before.
    /// - Parameter isRemoved: whether of those that were removed.
    package func numbers(isRemoved: Bool, after: String?, limit: Int, access: Access) async throws -> Page<NumberOverview> {
        let cursor = try after.map { try PageCursor(parsing: $0) }
        let rows = try await database.read {
            try NumberTable($0, access).list(isRemoved: isRemoved, after: cursor?.second, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.sender.phoneNumber.text) }
    }

    /// A copy of the whole list.
    package func exportNumbers(isRemoved: Bool, access: Access) async throws -> ExportParts<NumberOverview> {
        try await ExportParts { after in
            try await numbers(isRemoved: isRemoved, after: after, limit: PageProblem.limit, access: access)
        }
    }
}
