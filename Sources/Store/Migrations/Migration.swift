/// One step of the schema: forward only, never edited after a release.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// In the neutral dialect; see ``Migrator``.
    package let ddl: String
}
