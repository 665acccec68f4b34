import Testing

@Test func ServicesBuilds() {}
