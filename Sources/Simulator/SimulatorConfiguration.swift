/// Where the simulator listens and how the world begins.
package struct SimulatorConfiguration: Sendable {
    /// Loopback unless someone means otherwise: the control API has no password.
    package var host: String
    /// 0 lets the system choose; ``SimulatorServer/port()`` tells which.
    package var port: Int
    package var seed: SimulatorSeed
    package var settings: SimulatorSettings

    package init(
        host: String = "127.0.0.1", port: Int = 8090, seed: SimulatorSeed = .sample, settings: SimulatorSettings = SimulatorSettings()
    ) {
        self.host = host
        self.port = port
        self.seed = seed
        self.settings = settings
    }
}

/// What can be changed while the simulator runs, at `/control/v1/settings`.
package struct SimulatorSettings: Sendable, Equatable {
    /// What happens to a message for a number that no phone of ours has.
    package enum UnknownRecipients: String, Sendable { case undeliverable, reachable }
    /// How a refusal by the 24-hour window is told: in the answer, or later by a `failed` status.
    package enum WindowRefusal: String, Sendable { case answer, status }
    /// What becomes of a new or edited template.
    package enum Review: String, Sendable { case approve, reject, pending }
    /// Which of its two answers the window of Embedded Signup gives first: the session's event, or the code for the callback.
    package enum SignupAnswer: String, Sendable { case event, code }

    /// Messages per second of a number, in and out.
    package var throughputLimit = true
    /// Messages to one person (1 per 6 s, 45 at once).
    package var pairLimit = true
    /// Free-form messages only within 24 hours of the customer's last.
    package var window = true
    package var windowRefusal = WindowRefusal.answer
    /// People outside a window per rolling day, by the number's tier.
    package var messagingLimit = true
    package var unknownRecipients = UnknownRecipients.undeliverable
    package var review = Review.approve
    /// Time that a review takes, in milliseconds.
    package var reviewDelay = 1_500
    package var signupFirst = SignupAnswer.event

    /// Whether statuses are sent at all.
    package var statuses = true
    /// Whether statuses quote `biz_opaque_callback_data`, as the platform does. Without it nobody can tell which call a status is about that
    /// was never answered.
    package var quoteCallbackData = true
    /// Milliseconds from acceptance to `sent`, from there to `delivered`, from there to `read`.
    package var sentDelay = 60
    package var deliveredDelay = 150
    package var readDelay = 400
    /// Free-form messages of a number and month that cost nothing.
    package var freeServiceMessages = 1_000

    /// Texts in webhooks are written in ASCII, as the platform does it.
    package var escapeWebhooks = true
    /// Items in one webhook.
    package var webhookBatch = 1
    /// Webhooks to one callback at a time. One keeps them in order; more keep the order of each customer.
    package var webhookParallel = 1
    /// Milliseconds before the first repetition of a refused webhook; doubles each time.
    package var webhookRetryDelay = 500
    /// `contacts` also beside a failed status.
    package var contactsOnFailed = true
    /// Milliseconds that each call of the Graph API takes longer.
    package var latency = 0

    package init() {}
}
