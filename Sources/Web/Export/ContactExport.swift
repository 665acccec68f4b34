internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// The files that contacts are exported as, for the pages and the API alike.
struct ContactExport: Sendable {
    let services: WebServices
    let access: Access
    /// The person, unless it is an API key that asks.
    let signedIn: SignedIn?

    /// What a list shows, in the columns that an import reads.
    func file(_ filter: ContactFilter, text: String, _ request: Request) async throws -> Response {
        let parts = try await services.contacts.export(filter, text: text, access: access)
        return CSVResponse.make(
            request, filename: "contacts.csv", header: ContactField.allCases.map(\.rawValue), guarded(parts)
        ) { entry in
            ContactField.allCases.map { field in
                switch field {
                case .name: entry.contact.name ?? ""
                case .phone: entry.contact.phoneNumber?.text ?? ""
                default: entry.fields[field] ?? ""
                }
            }
        }
    }

    /// The rows that an import didn't take, to be corrected: their line and the reason stand in front of what they had.
    func refused(_ entry: ContactImport, header: [String], _ request: Request) async throws -> Response {
        let parts = try await services.imports.exportRefused(entry.id, access: access)
        return CSVResponse.make(request, filename: "refused-rows.csv", header: ["line", "reason"] + header, guarded(parts)) { row in
            [String(row.line), row.reason] + row.cells
        }
    }

    private func guarded<Element>(_ parts: ExportParts<Element>) -> GuardedParts<ExportParts<Element>> {
        GuardedParts(parts: parts, guardian: StreamGuard(services: services, access: access, signedIn: signedIn))
    }
}
