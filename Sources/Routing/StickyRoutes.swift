package import Catalog
import Synchronization

/// Which endpoint answered a conversation last, so that its next request finds the prompt in that endpoint's cache.
///
/// A table of a fixed size that all loops share without a lock: a conversation has one place, and a newer one may take
/// it. What is lost or, very rarely, confused costs a cache miss and nothing else. Kept in memory only. Source: spec 11.
package final class StickyRoutes: Sendable {
    /// One word: a tag of the conversation, the endpoint's hash, and the second at which it ends.
    ///
    /// | bits | |
    /// |---|---|
    /// | 50...63 | tag |
    /// | 18...49 | `Endpoint.identityHash` |
    /// | 0...17 | seconds, modulo three days |
    private typealias Slots = InlineArray<1024, Atomic<UInt64>>

    private final class Page: Sendable {
        let slots = Slots { _ in Atomic(0) }
    }

    private let pages: [Page]

    package init() {
        pages = (0..<RoutingLimits.stickyPages).map { _ in Page() }
    }

    /// The hash of the endpoint that answered the conversation last; nil where none did for ten minutes.
    /// - Parameter nowMs: on any clock, the same for every call.
    package func endpointHash(of conversation: UInt64, nowMs: UInt64) -> UInt32? {
        let word = load(conversation)
        if word >> 50 != conversation >> 50 { return nil }
        let left = (word & 0x3FFFF) &- (nowMs / 1000) & 0x3FFFF
        return left > 0 && left <= RoutingLimits.stickySeconds ? UInt32(truncatingIfNeeded: word >> 18) : nil
    }

    package func remember(_ conversation: UInt64, _ endpoint: Endpoint, nowMs: UInt64) {
        let end = (nowMs / 1000 + RoutingLimits.stickySeconds) & 0x3FFFF
        let word = (conversation & ~0x3_FFFF_FFFF_FFFF) | UInt64(endpoint.identityHash) << 18 | end
        let (page, slot) = Self.place(conversation)
        pages[page].slots[slot].store(word, ordering: .relaxed)
    }

    private func load(_ conversation: UInt64) -> UInt64 {
        let (page, slot) = Self.place(conversation)
        return pages[page].slots[slot].load(ordering: .relaxed)
    }

    private static func place(_ conversation: UInt64) -> (page: Int, slot: Int) {
        (Int(conversation >> 10) % RoutingLimits.stickyPages, Int(conversation & 1023))
    }
}
