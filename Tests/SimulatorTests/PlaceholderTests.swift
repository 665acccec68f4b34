import Testing

@Test func SimulatorBuilds() {}
