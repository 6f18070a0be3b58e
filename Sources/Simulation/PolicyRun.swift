import Accounting
import Catalog
import Completions
import Providers
import Routing

/// One policy against one scenario: a discrete-event simulation on a virtual clock, on the caller's thread.
///
/// Requests come as the scenario says; each gets a plan, and attempts until one is answered or none is left, driven by
/// the same code as in the gateway: `RoutePlanner`, `AttemptSequence`, `RetryBudget`, and for the router's own policies
/// `EndpointHealth`. The luck of an attempt depends on the scenario's seed, the request and the provider alone, so that
/// policies differ in nothing but their choice. Streams that have begun run to their end; all requests are streams.
package struct PolicyRun {
    private let policy: SimulationPolicy
    private let scenario: Scenario
    private let endpoints: [Endpoint]
    private let health: HealthTable
    private var upstreams: [SimulatedUpstream]
    private var faults: [FaultTable]
    private var watches: [ProbeWatch]
    private var plans: PlanSource
    private var calls = CallPool()
    private var heap = EventHeap()
    private var tally: Tally
    private var random: RandomStream
    private var nowUs: UInt64 = 0

    private init(_ policy: SimulationPolicy, _ scenario: Scenario) {
        self.policy = policy
        self.scenario = scenario
        let catalog = SimulatedCatalog.make(scenario)
        endpoints = catalog.endpoints
        health = HealthTable(catalog: catalog)
        upstreams = scenario.providers.enumerated().map { SimulatedUpstream($1, index: $0, scenario: scenario) }
        faults = scenario.providers.map { FaultTable(provider: $0.slug) }
        watches = upstreams.map { ProbeWatch($0.deadTimes) }
        plans = PlanSource(policy, scenario, catalog.models[0], health)
        tally = Tally(providers: scenario.providers.count, seconds: Int((scenario.durationMs + 999) / 1_000))
        random = RandomStream(seed: scenario.seed ^ 0x6D61_7274_6C65_7400)
    }

    /// Plays the scenario.
    package static func result(of policy: SimulationPolicy, in scenario: Scenario) -> PolicyResult {
        var run = PolicyRun(policy, scenario)
        run.play()
        return run.result
    }

    private var nowMs: UInt64 { SimulationLimits.epochMs + nowUs / 1_000 }

    private mutating func play() {
        var arrivals = Arrivals(scenario)
        var next = arrivals.next()
        while true {
            if let time = heap.nextUs, time <= next?.atUs ?? .max, let event = heap.pop() {
                nowUs = event.timeUs
                happen(event)
            } else if let request = next {
                nowUs = request.atUs
                arrive(request)
                next = arrivals.next()
            } else {
                return
            }
        }
    }

    private mutating func arrive(_ request: SimulatedRequest) {
        tally.began()
        health.retries.earn(nowMs: nowMs)
        let foreseen = policy == .oracle ? foresee(request) : 0
        let plan = plans.plan(request, nowMs: nowMs, random: random.next(), foreseen: foreseen)
        let number = calls.add(SimulatedCall(request, plan))
        proceed(number, plan.isEmpty ? .stop : .attempt(index: 0, delayMs: 0))
    }

    /// The providers that are going to answer a request, as bits.
    private mutating func foresee(_ request: SimulatedRequest) -> UInt64 {
        var foreseen: UInt64 = 0
        for index in upstreams.indices where upstreams[index].willAnswer(request, nowUs: nowUs) {
            foreseen |= 1 << UInt64(index)
        }
        return foreseen
    }

    private mutating func happen(_ event: CallEvent) {
        switch event.kind {
        case .content: content(event.call)
        case .drip: drip(event.call)
        case .end: end(event.call)
        case .retry: proceed(event.call, .attempt(index: calls.entries[Int(event.call)].position, delayMs: 0))
        }
    }

    // MARK: Attempts

    /// Does what the sequence says, until an attempt is under way or the request is over.
    private mutating func proceed(_ number: Int32, _ step: AttemptStep) {
        var step = step
        while case .attempt(let position, let delayMs) = step {
            calls.entries[Int(number)].position = position
            if delayMs > 0 {
                heap.push(.retry, call: number, atUs: nowUs + delayMs * 1_000)
                return
            }
            guard let refusal = begin(number) else { return }
            step = refusal
        }
        calls.remove(number)
    }

    /// Begins the attempt at hand.
    /// - Returns: what to do instead; nil where it is under way.
    private mutating func begin(_ number: Int32) -> AttemptStep? {
        let endpoint = calls.entries[Int(number)].plan[calls.entries[Int(number)].position].endpoint
        if policy.isRouter {
            let retries = health.retries
            let now = nowMs
            let start = health[endpoint].began(
                nowMs: now, random: random.next(), isLastResort: calls.entries[Int(number)].sequence.isLastResort)
            switch start {
            case .granted(let ticket): calls.entries[Int(number)].ticket = ticket
            case .unavailable: return calls.entries[Int(number)].sequence.unavailable { retries.take(nowMs: now) }
            case .exhausted: return calls.entries[Int(number)].sequence.exhausted { retries.take(nowMs: now) }
            }
        }
        attempt(number, at: endpoint.index)
        return nil
    }

    private mutating func attempt(_ number: Int32, at provider: Int) {
        tally.attempted()
        let fate = upstreams[provider].take(
            calls.entries[Int(number)].request, attempt: calls.entries[Int(number)].repeats(at: provider), nowUs: nowUs)
        let isWatched = watches[provider].began(nowUs: nowUs)
        calls.entries[Int(number)].attemptAtUs = nowUs
        calls.entries[Int(number)].fate = fate
        calls.entries[Int(number)].isWatched = isWatched
        calls.entries[Int(number)].hasDripped = false
        if fate.failure == nil {
            if isWatched || policy.isRouter || policy == .latency {
                heap.push(.content, call: number, atUs: nowUs + fate.contentUs)
            }
            let looksAt = fate.contentUs + HealthLimits.dripAfterMs * 1_000
            if looksAt < fate.endUs { heap.push(.drip, call: number, atUs: nowUs + looksAt) }
        }
        heap.push(.end, call: number, atUs: nowUs + fate.endUs)
    }

    private func provider(of call: SimulatedCall) -> Int { call.plan[call.position].endpoint.index }

    private mutating func content(_ number: Int32) {
        let provider = provider(of: calls.entries[Int(number)])
        plans.note(ttft: calls.entries[Int(number)].fate.contentUs, at: provider)
        if calls.entries[Int(number)].isWatched { watches[provider].ended(isAnswered: true, nowUs: nowUs) }
        guard var ticket = calls.entries[Int(number)].ticket else { return }
        _ = health[endpoints[provider]].answered(&ticket, nowMs: nowMs, random: random.next())
        calls.entries[Int(number)].ticket = ticket
    }

    /// Looks at a stream as the gateway does a few times a second; its speed is even, so once is enough.
    private mutating func drip(_ number: Int32) {
        let seconds = Double(HealthLimits.dripAfterMs) / 1_000
        let produced = Int(calls.entries[Int(number)].fate.tokensPerSecond * seconds)
        guard EndpointHealth.drips(tokens: produced, sinceContentMs: HealthLimits.dripAfterMs) else { return }
        calls.entries[Int(number)].hasDripped = true
        tally.drips()
        guard let ticket = calls.entries[Int(number)].ticket else { return }
        let provider = provider(of: calls.entries[Int(number)])
        _ = health[endpoints[provider]].dripped(ticket, nowMs: nowMs, random: random.next())
    }

    private mutating func end(_ number: Int32) {
        let provider = provider(of: calls.entries[Int(number)])
        upstreams[provider].leave(calls.entries[Int(number)].fate)
        if let fault = calls.entries[Int(number)].fate.failure {
            fail(number, at: provider, fault)
        } else {
            answer(number, at: provider)
            calls.remove(number)
        }
    }

    private mutating func fail(_ number: Int32, at provider: Int, _ fault: AttemptFault) {
        let failure = faults[provider].failure(fault)
        if calls.entries[Int(number)].isWatched { watches[provider].ended(isAnswered: false, nowUs: nowUs) }
        if let ticket = calls.entries[Int(number)].ticket {
            calls.entries[Int(number)].ticket = nil
            health[endpoints[provider]].record(.failure(failure), ticket, nowMs: nowMs, random: random.next())
        }
        let retries = health.retries
        let now = nowMs
        let step = calls.entries[Int(number)].sequence.next(after: failure, random: random.next()) {
            retries.take(nowMs: now)
        }
        if case .attempt = step { tally.failedOver() }
        proceed(number, step)
    }

    private mutating func answer(_ number: Int32, at provider: Int) {
        let call = calls.entries[Int(number)]
        let tokens = call.request.outputTokens
        if let ticket = call.ticket {
            calls.entries[Int(number)].ticket = nil
            let outcome =
                call.hasDripped
                ? AttemptOutcome.abandoned
                : .success(
                    ttftMs: call.fate.contentUs / 1_000, outputTokens: tokens, durationMs: call.fate.endUs / 1_000)
            health[endpoints[provider]].record(outcome, ticket, nowMs: nowMs, random: random.next())
        }
        let usage = TokenUsage(prompt: call.request.promptTokens, completion: tokens)
        let charge = endpoints[provider].pricing.charge(for: usage, at: 0)
        tally.answered(
            by: provider, sentAtUs: call.attemptAtUs,
            ttftUs: call.attemptAtUs + call.fate.contentUs - call.request.atUs, totalUs: nowUs - call.request.atUs,
            nanos: charge.total.nanos)
    }

    // MARK: Result

    private var result: PolicyResult {
        let count = endpoints.count
        var byProvider = [Int](repeating: 0, count: count)
        for (index, answers) in tally.perSecond.enumerated() { byProvider[index % count] += Int(answers) }
        return PolicyResult(
            policy: policy, requests: tally.requests, answered: tally.answered, failovers: tally.failovers,
            attempts: tally.attempts, dripped: tally.dripped, nanos: tally.nanos,
            ttftMsP50: tally.ttft.percentile(0.5), ttftMsP99: tally.ttft.percentile(0.99),
            totalMsP99: tally.total.percentile(0.99), probeConcurrencyMax: watches.map(\.most).max() ?? 0,
            recoveryMs: RecoveryMeasure(scenario, tally.perSecond).longestMs, answersByProvider: byProvider,
            perSecond: tally.perSecond)
    }
}
