internal import Domain

/// What one customer and the shop said to each other in the last days.
struct DemoStory: Sendable {
    /// How far a message of ours came.
    enum Fate: Sendable {
        case sent, delivered, read
        case failed(MessageError)
    }

    enum Step: Sendable {
        /// The customer writes. `answering` counts back from here among all messages of the story: 1 is the one before.
        case theirs(MessageContent, answering: Int? = nil)
        /// We write; `by` is a place in the list of owner and agents.
        case ours(MessageContent, Fate = .read, by: Int = 1, answering: Int? = nil)
        /// The customer reacts to the message that many before.
        case reaction(String, to: Int)
        /// Somebody of ours opens the chat.
        case opened
        case closed
    }

    struct Moment: Sendable {
        let minutesAgo: Double
        let step: Step
    }

    /// Place in ``DemoShop/customers``.
    let customer: Int
    /// Place in ``DemoShop/numbers``.
    let number: Int
    let moments: [Moment]

    init(customer: Int, number: Int = 0, _ moments: [(minutesAgo: Double, step: Step)]) {
        (self.customer, self.number) = (customer, number)
        self.moments = moments.map { Moment(minutesAgo: $0.minutesAgo, step: $0.step) }
    }
}

extension DemoStory.Step {
    static func they(_ text: String, answering: Int? = nil) -> Self { .theirs(.text(TextContent(body: text)), answering: answering) }

    static func we(_ text: String, _ fate: DemoStory.Fate = .read, by: Int = 1, answering: Int? = nil) -> Self {
        .ours(.text(TextContent(body: text)), fate, by: by, answering: answering)
    }
}
