import Testing

@Test func ChannelsBuilds() {}
