import Completions
import Providers
import Synchronization

extension EndpointHealth {
    /// Whether it matters when the first content of a stream comes.
    package func awaitsContent(_ ticket: AttemptTicket) -> Bool { ticket.isTrial || seen?.state.hasRow ?? false }

    /// The first content has come: a probe has done its work, however long the answer goes on, and a row of failures has
    /// its end.
    package func answered(_ ticket: inout AttemptTicket, nowMs: UInt64, random: UInt64 = 0) -> HealthEvent? {
        guard awaitsContent(ticket), !ticket.isJudged else { return nil }
        // Where streams began well and then dripped or broke, the beginning proves nothing.
        if madeRecord().endsBadly.load(ordering: .relaxed) { return nil }
        ticket.isJudged = ticket.isTrial
        return judge(ticket, isFailure: false, isHard: false, nowMs: nowMs, random: random)
    }

    /// Ends an attempt. Once for each ticket.
    /// - Parameters:
    ///   - random: any number, to spread pauses.
    ///   - usedTokens: what it used, for limits; nil where nobody knows.
    /// - Returns: what an operator should read of, to whom caused it and nobody else.
    @discardableResult
    package func record(
        _ outcome: AttemptOutcome, _ ticket: AttemptTicket, nowMs: UInt64, random: UInt64 = 0, usedTokens: Int? = nil
    ) -> HealthEvent? {
        finishLimits(ticket, used: usedTokens, nowMs: nowMs)
        let record = madeRecord()
        running.wrappingSubtract(1, ordering: .relaxed)
        record.count(outcome, nowMs: nowMs)
        var event: HealthEvent?
        switch outcome.verdict {
        case .neutral where outcome.impact == .none:
            if ticket.entry == .probe, !ticket.isJudged { _ = record.change { $0.released(nowMs: nowMs) } }
        case .success, .neutral:
            if !ticket.isJudged, isOfNow(outcome, ticket, record) {
                event = judge(ticket, isFailure: false, isHard: false, nowMs: nowMs, random: random)
            }
            if ticket.entry == .normal, record.endsBadly.load(ordering: .relaxed) {
                record.endsBadly.store(false, ordering: .relaxed)
            }
            event = recover(record, ticket, nowMs: nowMs) ?? event
        case .failure, .limited:
            let isHard = outcome.impact == .hard
            if outcome.failure == .brokenStream { record.endsBadly.store(true, ordering: .relaxed) }
            event = judge(ticket, isFailure: true, isHard: isHard, nowMs: nowMs, random: random)
        }
        return cool(record, outcome, ticket, nowMs: nowMs) ?? event
    }

    /// Whether an answer came after the present row of failures began: of an endpoint that has gone down, streams still
    /// come to their end.
    private func isOfNow(_ outcome: AttemptOutcome, _ ticket: AttemptTicket, _ record: HealthRecord) -> Bool {
        guard let ttftMs = outcome.ttftMs, ticket.entry == .normal else { return true }
        return ticket.beganMs + ttftMs >= record.rowSinceMs.load(ordering: .relaxed)
            || record.endsBadly.load(ordering: .relaxed)
    }

    /// Counts a stream that drips below the floor while it still runs. Once for each ticket.
    package func dripped(_ ticket: AttemptTicket, nowMs: UInt64, random: UInt64 = 0) -> HealthEvent? {
        let record = madeRecord()
        record.outage.add(.failure, nowMs: nowMs)
        record.judge.add(.failure, nowMs: nowMs)
        record.endsBadly.store(true, ordering: .relaxed)
        return judge(ticket, isFailure: true, isHard: true, nowMs: nowMs, random: random)
    }

    /// Whether a stream is slower than any that is of use.
    /// - Parameter sinceContentMs: how long it has run since its first content.
    package static func drips(tokens: Int, sinceContentMs: UInt64) -> Bool {
        sinceContentMs >= HealthLimits.dripAfterMs
            && UInt64(max(0, tokens)) * 1_000 < HealthLimits.dripTokensPerSecond * sinceContentMs
    }

    private func judge(
        _ ticket: AttemptTicket, isFailure: Bool, isHard: Bool, nowMs: UInt64, random: UInt64
    ) -> HealthEvent? {
        let record = madeRecord()
        if !isFailure {
            // Nothing to change, for nearly every request.
            if record.breaker.load(ordering: .relaxed) == 0 { return nil }
            let (old, new) = record.change {
                $0.succeeded(ticket.entry, beganMs: ticket.beganMs, nowMs: nowMs)
            }
            guard old.phase == .open, new.phase == .ramping else { return nil }
            record.judge.forget(nowMs: nowMs)
            record.outage.clear()
            record.clearRamp()
            record.openedAtMs.store(0, ordering: .relaxed)
            record.endsBadly.store(false, ordering: .relaxed)
            record.digest.expire()
            return .recovered
        }
        if isHard, !record.state.hasRow { record.rowSinceMs.store(nowMs, ordering: .relaxed) }
        let (rowMax, isRateLow) = record.signals(nowMs: nowMs)
        let (old, new) = record.change {
            $0.failed(
                ticket.entry, isHard: isHard, rowMax: rowMax, isRateLow: isRateLow, beganMs: ticket.beganMs,
                nowMs: nowMs, random: random)
        }
        guard old.phase != .open, new.phase == .open else { return nil }
        record.openedAtMs.store(nowMs, ordering: .relaxed)
        record.digest.expire()
        return .opened(untilMs: new.timeMs)
    }

    // MARK: Cooldowns

    private func cool(
        _ record: HealthRecord, _ outcome: AttemptOutcome, _ ticket: AttemptTicket, nowMs: UInt64
    ) -> HealthEvent? {
        guard let failure = outcome.failure else { return nil }
        switch failure {
        case .rateLimited, .quotaExhausted:
            var cooldown = outcome.cooldownMs
            if failure == .rateLimited, !outcome.namesTime {
                // What was under way when the limit was first hit says nothing new.
                let cooling = record.keyCoolUntilMs[ticket.key].load(ordering: .relaxed)
                if ticket.entry == .normal, cooling > nowMs { return nil }
                let row = record.limitsInRow.wrappingAdd(1, ordering: .relaxed).oldValue
                cooldown = min(cooldown << min(row, 6), max(cooldown, HealthLimits.rateLimitMsMax))
                // It was still limited after the last pause, and may be after this one: not everybody finds out at once.
                // With several keys the others go on.
                if row > 0, provider.keys.count == 1 {
                    record.clearRamp()
                    _ = record.change { $0.cooled(untilMs: nowMs + cooldown) }
                }
            }
            record.keyCoolUntilMs[ticket.key].max(nowMs + cooldown, ordering: .relaxed)
        case .authentication, .outOfCredit:
            let key = provider.keys[ticket.key]
            let until = nowMs + max(outcome.cooldownMs, HealthLimits.disabledMs)
            let before = key.disabledUntilMs.exchange(until, ordering: .relaxed)
            key.disabledReason.store(failure.rawValue, ordering: .relaxed)
            if before <= nowMs { return .keyDisabled(key: ticket.key, reason: failure) }
        case .permission, .modelNotFound:
            let until = nowMs + max(outcome.cooldownMs, HealthLimits.disabledMs)
            let before = record.disabledUntilMs.exchange(until, ordering: .relaxed)
            record.disabledReason.store(failure.rawValue, ordering: .relaxed)
            if before <= nowMs { return .endpointDisabled(reason: failure) }
        default:
            if outcome.cooldownMs > 0 { record.coolUntilMs.max(nowMs + outcome.cooldownMs, ordering: .relaxed) }
        }
        return nil
    }

    /// An answer ends what it proves wrong. One that began before the trouble proves nothing; it was let in then
    /// without being a last resort.
    private func recover(_ record: HealthRecord, _ ticket: AttemptTicket, nowMs: UInt64) -> HealthEvent? {
        if record.limitsInRow.load(ordering: .relaxed) != 0 { record.limitsInRow.store(0, ordering: .relaxed) }
        guard ticket.entry == .lastResort else { return nil }
        record.coolUntilMs.store(0, ordering: .relaxed)
        record.keyCoolUntilMs[ticket.key].store(0, ordering: .relaxed)
        let wasOff = record.disabledUntilMs.exchange(0, ordering: .relaxed) > nowMs
        let hadKeyOff = provider.keys[ticket.key].disabledUntilMs.exchange(0, ordering: .relaxed) > nowMs
        return wasOff || hadKeyOff ? .enabled : nil
    }
}
