extension PriceSheet {
    /// What caching made cheaper: the same tokens as plain prompt tokens less what they cost, and so negative where
    /// writing to the cache cost more than it saved; nil where nothing was read from a cache or written to one.
    package func cacheDiscount(for usage: TokenUsage, at unixSeconds: Int64) -> Credits? {
        if usage.cached | usage.cachedAudio | usage.cacheWrite5m | usage.cacheWrite1h == 0 { return nil }
        var plain = usage
        plain.cached = 0
        plain.cachedAudio = 0
        plain.cacheWrite5m = 0
        plain.cacheWrite1h = 0
        return charge(for: plain, at: unixSeconds).total - charge(for: usage, at: unixSeconds).total
    }
}
