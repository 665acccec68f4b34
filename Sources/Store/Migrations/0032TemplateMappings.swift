extension Migration {
    /// What a template's variables stand for.
    static let templateMappings = Migration(
        number: 32, name: "template-mappings", ddl: "ALTER TABLE templates ADD COLUMN mapping TEXT;")
}
