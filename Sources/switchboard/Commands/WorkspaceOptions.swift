internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Store

/// What commands on the contents of one workspace need.
struct WorkspaceOptions: ParsableArguments {
    @OptionGroup var place: DatabaseOptions

    @Option(help: "Short name of the workspace, as in its address; needed when there are several.")
    var workspace: String?

    /// Opens the database beside a running server, does the work in short transactions, and closes it again.
    func perform<T>(_ work: (any Database, Access) async throws -> T) async throws -> T {
        let database = try await OpenedDatabase.forCommand(place.configuration())
        do {
            let result = try await work(database, .system("command-line", in: try await find(in: database).id))
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    /// Workspaces that are named when one has to be chosen.
    private static let listLimit = 20

    private func find(in database: any Database) async throws -> Workspace {
        if let workspace {
            guard let found = try await database.read({ try WorkspaceTable($0).workspace(slug: workspace) }) else {
                throw WorkspaceChoiceProblem.unknown(workspace)
            }
            return found
        }
        let all = try await database.read { try WorkspaceTable($0).all(limit: Self.listLimit) }
        guard let first = all.first else { throw WorkspaceChoiceProblem.none }
        guard all.count == 1 else { throw WorkspaceChoiceProblem.several(all.map(\.slug.text)) }
        return first
    }
}

enum WorkspaceChoiceProblem: Problem, Equatable {
    case none
    case several([String])
    case unknown(String)

    var kind: ProblemKind { .missing }

    var code: String {
        switch self {
        case .none: "workspace.none"
        case .several: "workspace.several"
        case .unknown: "workspace.missing"
        }
    }

    var detail: String {
        switch self {
        case .none: "There is no workspace yet. Start the server with `switchboard serve`, and open the set-up link that it prints."
        case .several(let slugs): "There are several workspaces (\(slugs.joined(separator: ", "))). Name one with --workspace."
        case .unknown(let slug): "There is no workspace “\(slug)”."
        }
    }
}
