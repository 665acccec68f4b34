/// How the tables of a database stand to the migrations that this version knows.
package enum SchemaState: Sendable, Equatable {
    case current
    /// The numbers of the migrations to come; all of them in an empty database.
    case behind([Int])
    /// A newer version of the program has been here.
    case newer(found: Int, known: Int)
    /// A migration began and never ended.
    case halfMigrated(Int)

    /// One sentence for whoever starts the program, with the next command; nil when all is well.
    package var advice: String? {
        switch self {
        case .current: nil
        case .behind(let numbers):
            "The database lacks migration \(numbers.map(String.init).joined(separator: ", ")). Please run: switchboard migrate"
        case .newer(let found, let known):
            "The database is at migration \(found), but this version of Switchboard knows only \(known). "
                + "Please install the newer version that was used before."
        case .halfMigrated(let number):
            "Migration \(number) began and did not end. Please restore the backup made before it, then run: switchboard migrate"
        }
    }
}
