/// One step of the schema: forward only, never edited after a release.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// In the neutral dialect of ``DDL``; the same number on both engines.
    package let ddl: String

    package init(number: Int, name: String, ddl: String) {
        (self.number, self.name, self.ddl) = (number, name, ddl)
    }
}
