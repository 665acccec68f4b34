import Testing

@Test func WebBuilds() {}
