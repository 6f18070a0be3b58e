/// What a policy's run comes to, while it runs.
struct Tally {
    private let providers: Int
    private(set) var requests = 0
    private(set) var answered = 0
    private(set) var failovers = 0
    private(set) var attempts = 0
    private(set) var dripped = 0
    private(set) var nanos: Int64 = 0
    private(set) var ttft = Histogram()
    private(set) var total = Histogram()
    /// Requests answered by each provider, by the second in which they were sent there.
    private(set) var perSecond: [UInt32]

    init(providers: Int, seconds: Int) {
        self.providers = providers
        perSecond = [UInt32](repeating: 0, count: providers * seconds)
    }

    mutating func began() { requests += 1 }
    mutating func attempted() { attempts += 1 }
    mutating func failedOver() { failovers += 1 }
    mutating func drips() { dripped += 1 }

    mutating func answered(by provider: Int, sentAtUs: UInt64, ttftUs: UInt64, totalUs: UInt64, nanos: Int64) {
        answered += 1
        self.nanos += nanos
        ttft.add(us: ttftUs)
        total.add(us: totalUs)
        let seconds = perSecond.count / providers
        perSecond[min(Int(sentAtUs / 1_000_000), seconds - 1) * providers + provider] += 1
    }
}
