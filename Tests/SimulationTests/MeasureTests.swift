import Testing

@testable import Simulation

@Suite("What a simulation is made of and measured by")
struct MeasureTests {
    @Test("a spread has the percentiles that it was given", arguments: [(100.0, 900.0), (50, 20), (7, 7)])
    func spread(p50: Double, p99: Double) {
        let spread = Spread(p50: p50, p99: p99)
        var random = RandomStream(seed: 5)
        let values = (0..<50_000).map { _ in spread.value(random.next()) }.sorted()
        #expect(abs(values[25_000] / p50 - 1) < 0.03)
        // On whichever side of the median.
        let tail = p99 < p50 ? values[500] : values[49_500]
        #expect(abs(tail / p99 - 1) < 0.05)
    }

    @Test("events come in the order of their time, and of their making")
    func heap() {
        var heap = EventHeap()
        var random = RandomStream(seed: 9)
        let times = (0..<500).map { _ in random.next() % 50 }
        for (call, time) in times.enumerated() { heap.push(.end, call: Int32(call), atUs: time) }
        let sorted = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var popped: [Int] = []
        while let event = heap.pop() { popped.append(Int(event.call)) }
        #expect(popped == sorted)
    }

    @Test("percentiles are right to about a percent")
    func histogram() throws {
        var histogram = Histogram()
        #expect(histogram.percentile(0.5) == nil)
        for value in 1...1_000 { histogram.add(us: UInt64(value) * 1_000) }
        for (share, expected) in [(0.5, 500.0), (0.99, 990), (1, 1_000)] {
            #expect(abs(try #require(histogram.percentile(share)) / expected - 1) < 0.012)
        }
    }

    @Test("a token bucket takes its rate and names the time until there is room")
    func bucket() {
        var bucket = TokenBucket(perMinute: 60)
        var taken = 0
        for ms in 0..<60_000 where bucket.take(nowUs: UInt64(ms) * 1_000) == nil { taken += 1 }
        #expect((60...65).contains(taken))
        var slow = TokenBucket(perMinute: 6, emptyAtUs: 1_000_000)
        #expect(slow.take(nowUs: 1_000_000) == .limited(seconds: 10))
        #expect(slow.take(nowUs: 6_000_000) == .limited(seconds: 5))
        #expect(slow.take(nowUs: 11_000_000) == nil)
        var none = TokenBucket(perMinute: 0, emptyAtUs: 0)
        #expect(none.take(nowUs: 60_000_000) == .limited(seconds: nil))
    }

    @Test("probes are counted from the notice of an outage until a second after the first answer")
    func probes() {
        var watch = ProbeWatch([10_000_000..<30_000_000])
        let began = [9, 14, 15, 16].map { watch.began(nowUs: $0 * 1_000_000) }
        #expect(began == [false, false, true, true])
        #expect(watch.most == 2)
        watch.ended(isAnswered: false, nowUs: 17_000_000)
        watch.ended(isAnswered: false, nowUs: 17_000_000)
        let second = watch.began(nowUs: 40_000_000)
        watch.ended(isAnswered: true, nowUs: 40_500_000)
        let third = watch.began(nowUs: 41_400_000)
        let last = watch.began(nowUs: 41_500_000)
        #expect([second, third, last] == [true, true, false])
    }

    @Test("traffic is back when it has four fifths of its usual share", arguments: [0, 12, 70])
    func recovery(delay: Int) {
        var provider = SimulationFixtures.provider("a")
        provider.events = [ScenarioEvent(atMs: 100_000, forMs: 50_000, kind: .outage(status: nil))]
        let scenario = SimulationFixtures.scenario(
            [provider, SimulationFixtures.provider("b")], seconds: 400, rate: 20)
        let perSecond = (0..<400).flatMap { second -> [UInt32] in
            second < 100 || second >= 150 + delay ? [12, 8] : [0, 20]
        }
        let longest = RecoveryMeasure(scenario, perSecond).longestMs ?? .max
        // Five seconds are looked at together, of which four are enough.
        #expect(longest <= UInt64(delay) * 1_000 && longest + 2_000 >= UInt64(delay) * 1_000)
    }

    @Test("numbers are written as people read them")
    func figures() {
        #expect(FigureText.decimal(1.005, places: 1) == "1.0")
        #expect(FigureText.decimal(-0.25, places: 1) == "-0.3")
        #expect(FigureText.decimal(0.04, places: 3) == "0.040")
        #expect(FigureText.grouped(1_234_567) == "1,234,567")
        #expect(FigureText.percent(1) == "100.00 %" && FigureText.percent(0.99995) == "99.9950 %")
        #expect(FigureText.percent(0.99999999) == ">99.9999 %" && FigureText.percent(0.5) == "50.00 %")
    }

    @Test("the picture has every policy and provider, and no script")
    func picture() {
        var scenario = SimulationFixtures.scenario(
            [SimulationFixtures.provider("a"), SimulationFixtures.provider("b", price: 2)], seconds: 60)
        scenario.title = "A <test> & more"
        let svg = SimulationPlot.svg(SimulationReport(scenario))
        for text in ["A &lt;test&gt; &amp; more", ">adaptive<", ">oracle<", ">a<", ">b<", "prefers-color-scheme"] {
            #expect(svg.contains(text))
        }
        #expect(!svg.contains("<script") && svg.hasSuffix("</svg>\n"))
    }
}
