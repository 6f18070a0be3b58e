package import Catalog
import Synchronization

/// The health of one endpoint: shared by all loops, and without a lock.
///
/// What was seen is in a record that the first attempt makes. An attempt begins with a ticket from `began` and ends with
/// its outcome in `record`; `reading` says at any time what is known. Times are milliseconds of one monotonic clock.
@safe
package final class EndpointHealth: Sendable {
    package let endpoint: Endpoint
    let provider: ProviderHealth
    private let quota: QuotaMeter?
    /// The one key of a provider, where nothing is limited: then there is little to ask.
    let soleKey: KeyHealth?
    /// Owned; set once and never changed after that.
    private let seenRecord: Atomic<Unmanaged<HealthRecord>?>
    /// Attempts that have begun here and not ended.
    let running = Atomic<Int>(0)
    /// When a request last set out to look how the endpoint is; zero for never.
    let lookedAtMs = Atomic<UInt64>(0)

    init(_ endpoint: Endpoint, provider: ProviderHealth, previous: EndpointHealth?) {
        self.endpoint = endpoint
        self.provider = provider
        quota = QuotaMeter(endpoint.limits, previous: previous?.quota)
        let isUnlimited = quota == nil && provider.quota == nil && provider.keys[0].quota == nil
        soleKey = isUnlimited && provider.keys.count == 1 ? provider.keys[0] : nil
        if let known = previous?.seen {
            if !provider.hasKeys(of: previous!.provider) {
                for key in 0..<HealthLimits.keysPerProvider { known.keyCoolUntilMs[key].store(0, ordering: .relaxed) }
            }
            // A new configuration is a new chance.
            known.disabledUntilMs.store(0, ordering: .relaxed)
            unsafe seenRecord = Atomic(Unmanaged.passRetained(known))
        } else {
            unsafe seenRecord = Atomic(nil)
        }
    }

    deinit { unsafe seenRecord.load(ordering: .acquiring)?.release() }

    /// nil until something was seen.
    var seen: HealthRecord? { unsafe seenRecord.load(ordering: .acquiring)?.takeUnretainedValue() }

    var underway: Int { max(0, running.load(ordering: .relaxed)) }

    func madeRecord() -> HealthRecord {
        if let seen { return seen }
        let fresh = unsafe Unmanaged.passRetained(HealthRecord())
        let (exchanged, original) = unsafe seenRecord.compareExchange(
            expected: nil, desired: fresh, ordering: .acquiringAndReleasing)
        if exchanged { return unsafe fresh.takeUnretainedValue() }
        unsafe fresh.release()
        return unsafe original!.takeUnretainedValue()
    }

    /// Whether any limit counts its requests or tokens.
    package var isLimited: Bool {
        quota != nil || provider.quota != nil || provider.keys.contains { $0.quota != nil }
    }

    /// Takes over what was seen before a restart; what has been seen since wins.
    func restore(_ record: HealthRecord) {
        let fresh = unsafe Unmanaged.passRetained(record)
        let (exchanged, _) = unsafe seenRecord.compareExchange(
            expected: nil, desired: fresh, ordering: .acquiringAndReleasing)
        if !exchanged { unsafe fresh.release() }
    }

    // MARK: Reading

    /// What is known now. Cheap: the windows are summed at most once a second.
    /// - Parameter hasSpeeds: whether its times and throughputs are needed.
    package func reading(nowMs: UInt64, hasSpeeds: Bool = true) -> HealthReading {
        var reading = HealthReading()
        guard let record = seen else {
            reading.availability = availability(nil, nowMs: nowMs)
            return reading
        }
        reading.availability = availability(record, nowMs: nowMs)
        record.digest.read(record, underway: underway, into: &reading, nowMs: nowMs, hasSpeeds: hasSpeeds)
        if reading.availability == .probing {
            // What led to the pause must not keep the probe away.
            reading.hadRecentOutage = false
            reading.uptime = .normal
        }
        return reading
    }

    /// Whether it may be asked now: all that a request with nowhere else to go needs to know.
    package func availability(nowMs: UInt64) -> HealthReading.Availability { availability(seen, nowMs: nowMs) }

    private func availability(_ record: HealthRecord?, nowMs: UInt64) -> HealthReading.Availability {
        if let soleKey, !soleKey.isDisabled(nowMs: nowMs), record?.isCalm(nowMs: nowMs) ?? true { return .available }
        if let record, record.disabledUntilMs.load(ordering: .relaxed) > nowMs { return .disabled }
        if let trouble = keyTrouble(record, nowMs: nowMs) { return trouble }
        if let record {
            let coolUntil = record.coolUntilMs.load(ordering: .relaxed)
            if coolUntil > nowMs { return .cooling(untilMs: coolUntil) }
            switch record.state.state(nowMs: nowMs) {
            case .closed: break
            case .open(let untilMs): return .open(untilMs: untilMs)
            case .probing: return hasRoom(nowMs: nowMs) ? .probing : .exhausted
            case .ramping(let startsMax):
                if !record.hasRampRoom(startsMax) {
                    return .open(untilMs: record.state.nextStepMs(nowMs: nowMs))
                }
            }
        }
        return hasRoom(nowMs: nowMs) ? .available : .exhausted
    }

    func finishLimits(_ ticket: AttemptTicket, used: Int?, nowMs: UInt64) {
        quota?.finish(tokens: ticket.tokens, used: used, nowMs: nowMs)
        provider.quota?.finish(tokens: ticket.tokens, used: used, nowMs: nowMs)
        provider.keys[ticket.key].quota?.finish(tokens: ticket.tokens, used: used, nowMs: nowMs)
    }

    private func hasRoom(nowMs: UInt64) -> Bool {
        (quota?.hasRoom(nowMs: nowMs) ?? true) && (provider.quota?.hasRoom(nowMs: nowMs) ?? true)
    }

    /// Why no key can be used; nil where one can.
    private func keyTrouble(_ record: HealthRecord?, nowMs: UInt64) -> HealthReading.Availability? {
        var coolUntil = UInt64.max
        var isExhausted = false
        for index in provider.keys.indices {
            let key = provider.keys[index]
            if key.isDisabled(nowMs: nowMs) { continue }
            let cooling = record?.keyCoolUntilMs[index].load(ordering: .relaxed) ?? 0
            if cooling > nowMs {
                coolUntil = min(coolUntil, cooling)
            } else if key.quota?.hasRoom(nowMs: nowMs) ?? true {
                return nil
            } else {
                isExhausted = true
            }
        }
        if isExhausted { return .exhausted }
        return coolUntil == .max ? .disabled : .cooling(untilMs: coolUntil)
    }

    // MARK: Beginning

    /// Asks for leave to try the endpoint.
    /// - Parameters:
    ///   - random: any number, by which one of several keys is chosen.
    ///   - tokens: what the request may use, by estimate; taken from limits.
    ///   - isLastResort: nothing better is left, so that only limits are respected.
    package func began(
        nowMs: UInt64, random: UInt64 = 0, tokens: Int = 0, isLastResort: Bool = false
    ) -> AttemptStart {
        let record = seen
        var entry = CircuitBreaker.Entry.normal
        switch availability(record, nowMs: nowMs) {
        case .available:
            if let record, case .ramping(let startsMax) = record.state.state(nowMs: nowMs),
                !record.takeRampStart(startsMax)
            {
                guard isLastResort else { return .unavailable }
                entry = .lastResort
            }
        case .probing:
            if let record, record.claimProbe(nowMs: nowMs) {
                entry = .probe
            } else {
                guard isLastResort else { return .unavailable }
                entry = .lastResort
            }
        case .cooling, .open, .disabled:
            guard isLastResort else { return .unavailable }
            entry = .lastResort
        case .exhausted: return .exhausted
        }
        guard let key = takeKey(record, nowMs: nowMs, random: random, tokens: tokens, isLastResort: isLastResort)
        else {
            release(entry, nowMs: nowMs)
            return .exhausted
        }
        running.wrappingAdd(1, ordering: .relaxed)
        return .granted(AttemptTicket(key: key, beganMs: nowMs, tokens: tokens, entry: entry))
    }

    private func release(_ entry: CircuitBreaker.Entry, nowMs: UInt64) {
        if entry == .probe { _ = seen?.change { $0.released(nowMs: nowMs) } }
    }

    /// Takes room from all limits, and chooses a key by weight; nil, and nothing taken, where there is none.
    private func takeKey(
        _ record: HealthRecord?, nowMs: UInt64, random: UInt64, tokens: Int, isLastResort: Bool
    ) -> Int? {
        guard quota?.take(tokens: tokens, nowMs: nowMs) ?? true else { return nil }
        guard provider.quota?.take(tokens: tokens, nowMs: nowMs) ?? true else {
            quota?.giveBack(tokens: tokens, nowMs: nowMs)
            return nil
        }
        if let key = pickKey(record, nowMs: nowMs, random: random, tokens: tokens, isLastResort: isLastResort) {
            return key
        }
        quota?.giveBack(tokens: tokens, nowMs: nowMs)
        provider.quota?.giveBack(tokens: tokens, nowMs: nowMs)
        return nil
    }

    private func pickKey(
        _ record: HealthRecord?, nowMs: UInt64, random: UInt64, tokens: Int, isLastResort: Bool
    ) -> Int? {
        if provider.keys.count == 1 {
            return provider.keys[0].quota?.take(tokens: tokens, nowMs: nowMs) ?? true ? 0 : nil
        }
        var usable = provider.keys.indices.filter { index in
            !provider.keys[index].isDisabled(nowMs: nowMs)
                && (record?.keyCoolUntilMs[index].load(ordering: .relaxed) ?? 0) <= nowMs
        }
        if usable.isEmpty, isLastResort { usable = Array(provider.keys.indices) }
        var share = Double(random >> 11) / Double(1 << 53)
        while !usable.isEmpty {
            let total = usable.reduce(0) { $0 + provider.keys[$1].weight }
            var left = share * total
            let place = usable.firstIndex { index in
                left -= provider.keys[index].weight
                return left < 0
            }
            let index = usable.remove(at: place ?? usable.count - 1)
            if provider.keys[index].quota?.take(tokens: tokens, nowMs: nowMs) ?? true { return index }
            share = 0
        }
        return nil
    }

    /// Whether another key may be tried after one was refused, without waiting.
    package func hasOtherKey(than ticket: AttemptTicket, nowMs: UInt64) -> Bool {
        let record = seen
        return provider.keys.indices.contains { index in
            index != ticket.key && !provider.keys[index].isDisabled(nowMs: nowMs)
                && (record?.keyCoolUntilMs[index].load(ordering: .relaxed) ?? 0) <= nowMs
        }
    }
}
