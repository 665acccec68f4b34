// Filled by its feature files.
