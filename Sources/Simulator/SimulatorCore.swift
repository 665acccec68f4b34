internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The world behind its lock, with what acts on it from outside: the clock, timers, webhooks and open pages.
final class SimulatorCore: Sendable {
    let seed: SimulatorSeed
    let clock: SimulatorClock
    let outbox: WebhookOutbox
    let pages = PageStreams()
    let logger: Logger
    private let startSettings: SimulatorSettings
    private let world: Mutex<World>
    /// As in the world, to be read without waiting for it: the demo's hub asks for the time many times a message.
    private let offset = Atomic(0)
    /// All timers on one loop, so that those of equal length fire in the order they were set.
    private let timers: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    init(seed: SimulatorSeed, settings: SimulatorSettings, clock: SimulatorClock, transport: @escaping WebhookTransport, logger: Logger) {
        self.seed = seed
        self.clock = clock
        self.logger = logger
        startSettings = settings
        outbox = WebhookOutbox(transport: transport, logger: logger)
        world = Mutex(World(seed: seed, settings: settings, now: clock.milliseconds()))
    }

    /// Looks at the world or changes it, at the simulated time of now. What follows from the change is passed on in its order.
    func update<T: Sendable, E: Error>(_ body: (inout sending World) throws(E) -> sending T) throws(E) -> sending T {
        try world.withLock { world throws(E) in
            world.now = clock.milliseconds() + world.clockOffset
            defer {
                offset.store(world.clockOffset, ordering: .relaxed)
                passOn(&world)
            }
            return try body(&world)
        }
    }

    /// Milliseconds that the simulated clock is ahead.
    var clockOffset: Int { offset.load(ordering: .relaxed) }

    private func passOn(_ world: inout World) {
        guard !world.effects.isEmpty else { return }
        let effects = world.effects
        world.effects.removeAll(keepingCapacity: true)
        for effect in effects {
            switch effect {
            case .webhook(let item): outbox.enqueue(item, WebhookRules(world.settings))
            case .changed(let phone): pages.publish(phone.map { .phone($0) } ?? .everything)
            case .codeSent: pages.publish(.codes)
            case .after(let milliseconds, let step):
                timers.scheduleTask(in: .milliseconds(Int64(milliseconds))) { [weak self] in
                    self?.update { $0.perform(step) }
                }
            }
        }
    }

    /// Everything as at the start; ids go on.
    func reset() {
        outbox.clear()
        update { world in
            var fresh = World(seed: seed, settings: startSettings, now: clock.milliseconds())
            fresh.ids = world.ids
            fresh.address = world.address
            world = fresh
        }
        pages.publish(.everything)
    }
}
