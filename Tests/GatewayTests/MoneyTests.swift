import Access
import Accounting
import Activity
import Catalog
import TestSupport
import Testing

/// Every way out of a call leaves nothing held and charges what is due, once.
@Suite("Money of a call")
struct MoneyTests {
    static let limit = Credits(nanos: 10_000_000)
    static let bounded = ",\"max_tokens\":100"

    static func limited(_ key: inout APIKeyRecord) { key.limit = limit }

    /// What the key has spent and what is left of its limit, in nano-dollars.
    static func money(_ gateway: GatewayFixture) -> (spent: Int64, left: Int64?) {
        let now = gateway.nowMs
        let key = gateway.principal.budgets.key
        return (key.spent(atMs: now).lifetime.nanos, key.left(atMs: now)?.nanos)
    }

    static func expectCharged(_ nanos: Int64, _ gateway: GatewayFixture) async {
        // The call ends on its loop, a moment after its caller has the answer.
        _ = await eventually { money(gateway).left == limit.nanos - nanos }
        #expect(money(gateway) == (nanos, limit.nanos - nanos))
        #expect(gateway.ledger.records.reduce(0) { $0 + $1.charge.total.nanos } == nanos)
    }

    @Test func anAnswerIsChargedInPlaceOfItsHold() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let answer = try await gateway.ask(Self.bounded).wholeAnswer()
            #expect(answer.status == 200)
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func aStreamIsChargedInPlaceOfItsHold() async throws {
        let upstream = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let answer = try await gateway.askStream(Self.bounded).wholeAnswer()
            #expect(answer.status == 200)
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func aLimitThatIsSetWhileARequestRunsCountsIt() async throws {
        let upstream = try ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.ask(Self.bounded)
            #expect(await eventually { upstream.requestCount == 1 })
            gateway.principal.budgets.key.setLimits(BudgetLimits(lifetime: Self.limit))
            #expect(Self.money(gateway).left == Self.limit.nanos, "it began without a hold")
            for _ in 0..<2 { await gateway.handKeysAgain() }
            let held = Self.limit.nanos - Self.money(gateway).left!
            #expect(held >= 100 * 2000 && held < 200 * 2000, "one hold, however often the keys change")
            upstream.openGate()
            _ = await caller.wholeAnswer()
            await Self.expectCharged(Script.cost, gateway)
            await gateway.handKeysAgain()
            #expect(Self.money(gateway).left == Self.limit.nanos - Script.cost)
        }
    }

    @Test func whatRunsIsCoveredEvenBeyondANewLimit() async throws {
        let upstream = try ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.ask(Self.bounded)
            #expect(await eventually { upstream.requestCount == 1 })
            gateway.principal.budgets.key.setLimits(BudgetLimits(lifetime: Credits(nanos: 1000)))
            await gateway.handKeysAgain()
            #expect(Self.money(gateway).left! < 0)
            #expect(try await gateway.ask(Self.bounded).wholeAnswer().status == 402)
            upstream.openGate()
            #expect(await caller.wholeAnswer().status == 200)
        }
    }

    @Test func whileItRunsTheMostThatItCanCostIsHeld() async throws {
        let upstream = try ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let caller = try gateway.ask(Self.bounded)
            #expect(await eventually { upstream.requestCount == 1 })
            let held = Self.limit.nanos - Self.money(gateway).left!
            #expect(held >= 100 * 2000 && held < Self.limit.nanos)
            upstream.openGate()
            _ = await caller.wholeAnswer()
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func theHoldGrowsWithAnAnswerThatIsLongerThanAsked() async throws {
        let long = Script.content(String(repeating: "word ", count: 200))
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .gate, .chunk(long), .gate, .chunk(Script.finish + Script.usage + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let caller = try gateway.askStream(",\"max_tokens\":10")
            #expect(await eventually { upstream.requestCount == 1 })
            let held = Self.limit.nanos - Self.money(gateway).left!
            #expect(held > 10 * 2000)
            upstream.openGate()
            _ = await caller.answer { $0.streamedText.count == 1000 }
            #expect(await eventually { Self.limit.nanos - Self.money(gateway).left! == 2 * held })
            upstream.openGate()
            _ = await caller.wholeAnswer()
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func failedAttemptsAndBrokenStreamsCostNothing() async throws {
        let failing = try ScriptedUpstream.answering(.respond(json: "{}", status: "500 Oops"))
        try await withGateway(Upstream(failing), key: Self.limited) { gateway in
            let answer = try await gateway.ask(Self.bounded).wholeAnswer()
            #expect(answer.status == 502)
            await Self.expectCharged(0, gateway)
        }
        let broken = try ScriptedUpstream.answering(.startEvents, .chunk(Script.content("Good") + Script.error))
        try await withGateway(Upstream(broken), key: Self.limited) { gateway in
            let answer = try await gateway.askStream(Self.bounded).wholeAnswer()
            #expect(answer.status == 200)
            await Self.expectCharged(0, gateway)
        }
    }

    @Test func aFailoverIsChargedOnce() async throws {
        let failing = try ScriptedUpstream.answering(.respond(json: "{}", status: "503 Busy"))
        let good = try ScriptedUpstream.good()
        try await withGateway(Upstream(failing), Upstream(good), key: Self.limited) { gateway in
            let answer = try await gateway.ask(Self.bounded).wholeAnswer()
            #expect(answer.status == 200)
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func aCancelledStreamIsChargedForWhatWasProduced() async throws {
        let upstream = try ScriptedUpstream.answering(.startEvents, .chunk(Script.content("Good")), .gate)
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let caller = try gateway.askStream(Self.bounded)
            _ = await caller.answer { $0.streamedText == "Good" }
            caller.disconnect()
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.charge.total > .zero && record.usage.isEstimated)
            await Self.expectCharged(record.charge.total.nanos, gateway)
        }
    }

    @Test func whatDoesNotFitIsRefusedWithWhatWould() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let refused = try await gateway.ask(",\"max_tokens\":1000000").wholeAnswer()
            #expect(refused.status == 402 && upstream.requestCount == 0 && gateway.ledger.records.isEmpty)
            #expect(refused.body.contains("You requested up to 1000000 tokens, but can only afford "))
            #expect(Self.money(gateway) == (0, Self.limit.nanos))
            let words = refused.body.split(separator: "can only afford ")[1]
            let affordable = try #require(Int(words.prefix { $0.isNumber }))
            // The shorter number makes the prompt a few bytes shorter, too.
            let over = try await gateway.ask(",\"max_tokens\":\(affordable + 10)").wholeAnswer()
            #expect(over.status == 402)
            let fitting = try await gateway.ask(",\"max_tokens\":\(affordable)").wholeAnswer()
            #expect(fitting.status == 200)
            await Self.expectCharged(Script.cost, gateway)
        }
    }

    @Test func aReportAboveTheHoldIsChargedInFullAndBlocksTheKey() async throws {
        let dear = Script.answer.replacing("\"completion_tokens\":5", with: "\"completion_tokens\":1000000")
        let upstream = try ScriptedUpstream.answering(.respond(json: dear))
        try await withGateway(Upstream(upstream), key: Self.limited) { gateway in
            let answer = try await gateway.ask(Self.bounded).wholeAnswer()
            #expect(answer.status == 200)
            #expect(await eventually { Self.money(gateway).spent == 2_000_010_000 })
            let refused = try await gateway.ask(Self.bounded).wholeAnswer()
            #expect(refused.status == 403 && refused.body.contains("Key limit exceeded (total limit)"))
            #expect(upstream.requestCount == 1)
        }
    }

    @Test func aKeyWithoutALimitIsChargedWithoutAHold() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.ask().wholeAnswer()
            #expect(answer.status == 200)
            #expect(await eventually { Self.money(gateway) == (Script.cost, nil) })
            #expect(gateway.principal.budgets.account.spent(atMs: gateway.nowMs).lifetime.nanos == Script.cost)
        }
    }

    @Test func aKeyMayBeKeptToModelsAndProviders() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream), key: { $0.allowedProviders = NameList(["beta"]) }) { gateway in
            let refused = try await gateway.ask().wholeAnswer()
            #expect(refused.status == 403 && upstream.requestCount == 0)
            #expect(refused.body.contains("This API key may not use acme/one at alpha"))
        }
    }
}
