import Catalog
import Synchronization

/// What a provider, a key or an endpoint may be used: requests and tokens in any 60 seconds, and requests at a time.
///
/// Counted by all loops together without a lock. A request takes its room before it is sent and never more than there
/// is; its tokens are estimated then and put right when they are known.
package final class QuotaMeter: Sendable {
    /// What was used; kept when the limits change.
    private final class Usage: Sendable {
        let requests = SlidingMinute()
        let tokens = SlidingMinute()
        let running = Atomic<Int>(0)
    }

    private let limits: UsageLimits
    private let usage: Usage

    /// - Returns: nil where there is nothing to limit.
    init?(_ limits: UsageLimits, previous: QuotaMeter?) {
        if limits.isEmpty { return nil }
        self.limits = limits
        usage = previous?.usage ?? Usage()
    }

    func hasRoom(nowMs: UInt64) -> Bool {
        if let limit = limits.concurrency, usage.running.load(ordering: .relaxed) >= limit { return false }
        if let limit = limits.requestsPerMinute, usage.requests.count(nowMs: nowMs) >= limit { return false }
        if let limit = limits.tokensPerMinute, usage.tokens.count(nowMs: nowMs) >= limit { return false }
        return true
    }

    /// Takes room for one request; false, and nothing taken, where there is too little.
    func take(tokens: Int, nowMs: UInt64) -> Bool {
        if let limit = limits.concurrency, usage.running.wrappingAdd(1, ordering: .relaxed).oldValue >= limit {
            usage.running.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        if let limit = limits.requestsPerMinute, !usage.requests.take(1, limit: limit, nowMs: nowMs) {
            return leave()
        }
        if let limit = limits.tokensPerMinute, !usage.tokens.take(tokens, limit: limit, nowMs: nowMs) {
            if limits.requestsPerMinute != nil { usage.requests.add(-1, nowMs: nowMs) }
            return leave()
        }
        return true
    }

    private func leave() -> Bool {
        if limits.concurrency != nil { usage.running.wrappingSubtract(1, ordering: .relaxed) }
        return false
    }

    /// Gives back what a request took that was not sent after all.
    func giveBack(tokens: Int, nowMs: UInt64) {
        _ = leave()
        if limits.requestsPerMinute != nil { usage.requests.add(-1, nowMs: nowMs) }
        if limits.tokensPerMinute != nil { usage.tokens.add(-tokens, nowMs: nowMs) }
    }

    /// Ends a request that took `tokens` and used `used`; nil where nobody knows.
    func finish(tokens: Int, used: Int?, nowMs: UInt64) {
        _ = leave()
        if limits.tokensPerMinute != nil, let used { usage.tokens.add(used - tokens, nowMs: nowMs) }
    }

    /// Requests under way, where they are limited.
    package var running: Int { usage.running.load(ordering: .relaxed) }
}

/// A count over any 60 seconds, in stretches of five.
struct SlidingMinute: ~Copyable, Sendable {
    private static let slotMs: UInt64 = 5_000
    private static let slots = 12

    /// The number of the stretch in the upper half, the count in the lower, which may sink below zero for a moment.
    private let words = InlineArray<12, Atomic<UInt64>> { _ in Atomic(0) }

    func count(nowMs: UInt64) -> Int {
        let epoch = UInt32(truncatingIfNeeded: nowMs / Self.slotMs)
        var sum = 0
        for index in 0..<Self.slots {
            let word = words[index].load(ordering: .relaxed)
            if epoch &- UInt32(word >> 32) >= UInt32(Self.slots) { continue }
            sum += Int(Int32(truncatingIfNeeded: word))
        }
        return max(0, sum)
    }

    /// Adds first and looks then, so that no two take the same room. What is more than a whole limit fits when nothing
    /// else was counted: it could never go otherwise.
    func take(_ amount: Int, limit: Int, nowMs: UInt64) -> Bool {
        add(amount, nowMs: nowMs)
        let sum = count(nowMs: nowMs)
        if sum <= limit || sum <= amount { return true }
        add(-amount, nowMs: nowMs)
        return false
    }

    func add(_ amount: Int, nowMs: UInt64) {
        let epoch = nowMs / Self.slotMs
        let index = Int(epoch % UInt64(Self.slots))
        var word = words[index].load(ordering: .relaxed)
        while true {
            let count = word >> 32 == epoch & 0xffff_ffff ? Int(Int32(truncatingIfNeeded: word)) : 0
            let sum = Int32(clamping: count + amount)
            let next = (epoch & 0xffff_ffff) << 32 | UInt64(UInt32(bitPattern: sum))
            let (exchanged, original) = words[index].weakCompareExchange(
                expected: word, desired: next, ordering: .relaxed)
            if exchanged { return }
            word = original
        }
    }
}
