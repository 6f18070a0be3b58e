import HTTPClient
import Testing

@Suite struct DeadlineSetTests {
    private let limits = ExchangeDeadlines(
        mode: .streamed, connectMs: 10, firstByteMs: 100, idleMs: 50, totalMs: 1000)
    private var plainLimits: ExchangeDeadlines {
        var limits = limits
        limits.mode = .plain
        return limits
    }

    @Test func connectingHasItsOwnTime() {
        var set = DeadlineSet(limits, now: 1000)
        #expect(set.nextCheck == 1010)
        #expect(set.expired(now: 1009) == nil)
        #expect(set.expired(now: 1010) == .connect)
        set.connected(now: 1005)
        #expect(set.expired(now: 1010) == nil)
        #expect(set.nextCheck == 1105)
        set.reconnecting(now: 1050)
        #expect(set.nextCheck == 1060)
    }

    @Test func aStreamsFirstByteDeadlineRunsToTheFirstContent() {
        var set = DeadlineSet(limits, now: 0)
        set.connected(now: 0)
        #expect(set.expired(now: 99) == nil)
        #expect(set.expired(now: 100) == .firstByte)
        set.headReceived(now: 20)
        #expect(set.expired(now: 69) == nil)
        // Comments keep it from being idle, and are no content.
        set.bodyReceived(now: 60)
        set.bodyReceived(now: 90)
        #expect(set.expired(now: 99) == nil)
        #expect(set.expired(now: 100) == .firstByte)
        set.firstContentSeen()
        #expect(set.expired(now: 139) == nil)
        #expect(set.expired(now: 140) == .idle)
    }

    @Test func aPlainAnswerMayTakeUntilItsTotalForTheHead() {
        var set = DeadlineSet(plainLimits, now: 0)
        set.connected(now: 5)
        #expect(set.expired(now: 999) == nil)
        #expect(set.nextCheck == 1000)
        #expect(set.expired(now: 1000) == .total)
        set.headReceived(now: 500)
        #expect(set.nextCheck == 550)
        set.bodyReceived(now: 540)
        #expect(set.expired(now: 589) == nil)
        #expect(set.expired(now: 590) == .idle)
    }

    @Test func silenceWhileWePauseIsNotTheUpstreams() {
        var set = DeadlineSet(limits, now: 0)
        set.connected(now: 0)
        set.headReceived(now: 0)
        set.firstContentSeen()
        set.setPaused(true, now: 10)
        #expect(set.expired(now: 999) == nil)
        #expect(set.nextCheck == 1000)
        set.setPaused(false, now: 900)
        #expect(set.expired(now: 949) == nil)
        #expect(set.expired(now: 950) == .idle)
    }

    @Test func theWholeIsBoundedAndNothingAfterTheEnd() {
        var set = DeadlineSet(limits, now: 0)
        set.connected(now: 0)
        set.headReceived(now: 0)
        set.firstContentSeen()
        for now in stride(from: UInt64(0), to: 1000, by: 40) {
            set.bodyReceived(now: now)
            #expect(set.expired(now: now + 1) == nil)
        }
        #expect(set.expired(now: 1000) == .total)
        set.finish()
        #expect(set.expired(now: 100_000) == nil)
        #expect(set.nextCheck == nil)
    }

    @Test func absentLimitsNeverExpire() {
        var set = DeadlineSet(
            ExchangeDeadlines(connectMs: nil, firstByteMs: nil, idleMs: nil, totalMs: nil), now: 5)
        #expect(set.nextCheck == nil)
        set.connected(now: 6)
        set.headReceived(now: 7)
        #expect(set.nextCheck == nil)
        #expect(set.expired(now: .max - 1) == nil)
    }
}
