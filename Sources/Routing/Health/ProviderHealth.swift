import Catalog
import Completions
import Synchronization

/// One key of a provider, as far as all its endpoints share it.
final class KeyHealth: Sendable {
    let key: ProviderKey?
    let weight: Double
    let quota: QuotaMeter?
    /// Until when the key is not used, and the `FailureClass` why.
    let disabledUntilMs = Atomic<UInt64>(0)
    let disabledReason = Atomic<UInt8>(0)

    /// - Parameter previous: the same key in the catalogue before. Whether the key is refused is found out anew.
    init(_ key: ProviderKey?, previous: KeyHealth?) {
        self.key = key
        weight = key?.weight ?? 1
        quota = QuotaMeter(key?.limits ?? UsageLimits(), previous: previous?.quota)
    }

    func isDisabled(nowMs: UInt64) -> Bool { disabledUntilMs.load(ordering: .relaxed) > nowMs }
}

/// What the endpoints of one provider share: its keys and its limits.
final class ProviderHealth: Sendable {
    /// Never empty: a provider without keys has one that stands for none.
    let keys: [KeyHealth]
    let quota: QuotaMeter?

    init(_ provider: ProviderEntry, previous: ProviderHealth?) {
        let known: [ProviderKey?] = provider.keys.isEmpty ? [nil] : provider.keys
        keys = known.prefix(HealthLimits.keysPerProvider).map { key in
            KeyHealth(key, previous: previous?.keys.first { $0.key?.secret == key?.secret })
        }
        quota = QuotaMeter(provider.limits, previous: previous?.quota)
    }

    /// Whether the keys are the same, in the same places.
    func hasKeys(of other: ProviderHealth) -> Bool {
        keys.count == other.keys.count
            && zip(keys, other.keys).allSatisfy { $0.key?.secret == $1.key?.secret }
    }
}
