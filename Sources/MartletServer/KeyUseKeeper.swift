import Access
import Persistence
import Reactor

/// Stores when keys were last used, now and then: a request must not cost a write of its own for it. Confined to its
/// loop, until that has stopped.
final class KeyUseKeeper: @unchecked Sendable {
    private static let periodMs: UInt64 = 60_000

    private let registry: KeyRegistry
    private let store: EmbeddedStore
    private var kept: [APIKeyHash: Int64]
    private var timer: LoopTimer?

    init(_ loop: EventLoop, _ registry: KeyRegistry, _ store: EmbeddedStore) {
        self.registry = registry
        self.store = store
        kept = store.lastUses
        loop.execute { [self] in
            timer = LoopTimer(loop) { [unowned self] in
                keep()
                timer?.arm(afterMs: Self.periodMs)
            }
            timer?.arm(afterMs: Self.periodMs)
        }
    }

    /// Stores what has changed since the last time.
    func keep() {
        let fresh = registry.lastUses.filter { kept[$0.key] != $0.value }
        if fresh.isEmpty { return }
        kept.merge(fresh) { $1 }
        store.noteUse(of: fresh)
    }
}
