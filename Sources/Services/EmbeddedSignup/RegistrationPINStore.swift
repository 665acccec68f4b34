internal import Domain
internal import Store

internal import struct Foundation.Date

/// The PINs that numbers are registered with. A number keeps its PIN at the provider, so each is kept here for as long as there is the workspace, whatever
/// becomes of the sign-up and of the sender; it is never shown.
struct RegistrationPINStore: Sendable {
    let database: any Database
    let sealing: any SecretSealing
    let now: @Sendable () -> Date

    /// The PIN to register a number with, kept before it is used: should the provider's answer be lost, the number has it.
    /// - Parameter typed: what a person says that the number has; nil for what is kept, or a new one.
    func take(_ typed: String?, for number: PhoneNumber, _ access: Access) async throws -> String {
        var generator = SystemRandomNumberGenerator()
        let (key, moment) = (MatchKey(number), now())
        let place = SecretPlace(workspaceID: access.workspaceID, table: "registration_pins", column: "pin", row: key.text)
        let pin = typed ?? RegistrationPIN.make(using: &generator).text
        let sealed = try sealing.seal(pin, at: place)
        let kept = try await database.write { transaction in
            let table = RegistrationPINTable(transaction, access)
            try table.keep(sealed, of: key, replaces: typed != nil, at: moment)
            return try table.find(key)
        }
        return try kept.map { try sealing.open($0, at: place) } ?? pin
    }

    /// The provider says that the number has another one.
    func forget(_ number: PhoneNumber, _ access: Access) async throws {
        try await database.write { try RegistrationPINTable($0, access).forget(MatchKey(number)) }
    }
}
