/// The writer's own thread.
extension GroupCommitWriter {
    func write() {
        var loop = CommitLoop(retryMs: configuration.retryMsFirst)
        let startMs = MonotonicClock.milliseconds()
        loop.companionDueMs = companion?.restMs(nowMs: startMs).map { startMs + $0 }
        while true {
            let turn = takeBatch(&loop)
            if turn == .stop { break }
            if turn == .companion {
                work(&loop, nowMs: MonotonicClock.milliseconds())
                continue
            }
            let startUs = MonotonicClock.microseconds()
            do throws(DatabaseError) {
                let refused = try commitBatch(&loop)
                let endUs = MonotonicClock.microseconds()
                finishBatch(refused, microseconds: endUs - startUs, &loop)
                foldLog()
                work(&loop, nowMs: endUs / 1000)
            } catch {
                postponeBatch(error, &loop)
            }
        }
        work(&loop, nowMs: MonotonicClock.milliseconds(), isStopping: true)
        lock.lock()
        state.isWatcherAsleep = false
        watch.signal()
        lock.unlock()
    }

    /// What the thread remembers between batches.
    struct CommitLoop {
        /// Emptied and reused, so that taking a batch allocates nothing.
        var spare: [Entry] = []
        var retryMs: UInt64
        var mustPause = false
        var movedCheckedMs: UInt64 = 0
        var drainEndsMs: UInt64?
        /// When the companion wants to work although no job comes.
        var companionDueMs: UInt64?
        /// After an error of its work.
        var companionRestsUntilMs: UInt64 = 0
    }

    private enum Turn {
        /// An empty batch is a probe of a store in trouble.
        case batch
        case companion
        /// The writer stops and nothing waits any more.
        case stop
    }

    /// Waits for work and moves it from the queue to the batch.
    private func takeBatch(_ loop: inout CommitLoop) -> Turn {
        lock.lock()
        defer { lock.unlock() }
        while true {
            if state.isStopping, loop.drainEndsMs == nil {
                loop.drainEndsMs = MonotonicClock.milliseconds() + configuration.drainMs
            }
            if state.isStopping, state.waiting == 0 { return .stop }
            if loop.mustPause {
                loop.mustPause = false
                lock.wait(work, milliseconds: state.isStopping ? min(loop.retryMs, 50) : loop.retryMs)
                loop.retryMs = min(loop.retryMs * 2, configuration.retryMsLast)
                break
            }
            if state.waiting > 0 { break }
            if state.trouble != nil {
                loop.mustPause = true
                continue
            }
            if !sleep(&loop) { return .companion }
        }
        if state.batch.isEmpty { state.fillBatch(rowsMax: configuration.batchRowsMax) }
        state.busySinceMs = MonotonicClock.milliseconds()
        state.newBatches += 1
        return .batch
    }

    /// Waits with the lock held until something is to be done.
    ///
    /// - Returns: false when the companion's time has come.
    private func sleep(_ loop: inout CommitLoop) -> Bool {
        var restMs: UInt64?
        if let due = loop.companionDueMs {
            let now = MonotonicClock.milliseconds()
            if now >= due { return false }
            restMs = due - now
        }
        state.isWriterAsleep = true
        if let restMs { lock.wait(work, milliseconds: restMs) } else { lock.wait(work) }
        state.isWriterAsleep = false
        return true
    }

    /// Writes the batch in one transaction.
    ///
    /// - Returns: the jobs whose rows the database refused, by their place in the batch.
    private func commitBatch(_ loop: inout CommitLoop) throws(DatabaseError) -> [(index: Int, error: DatabaseError)] {
        lock.lock()
        let entries = state.batch
        lock.unlock()
        try checkMoved(&loop)
        companion?.jobsBegin()
        var refused: [(index: Int, error: DatabaseError)] = []
        try connection.transaction { () throws(DatabaseError) in
            for index in entries.indices {
                do throws(DatabaseError) {
                    try entries[index].job.write(to: connection)
                } catch {
                    guard error.isRowError else { throw error }
                    refused.append((index, error))
                }
            }
            if entries.isEmpty { try connection.touch() }
        }
        companion?.jobsCommitted()
        return refused
    }

    /// SQLite goes on writing to a file that was deleted: nobody would find the rows again.
    private func checkMoved(_ loop: inout CommitLoop) throws(DatabaseError) {
        let now = MonotonicClock.milliseconds()
        guard now >= loop.movedCheckedMs + configuration.movedCheckMs else { return }
        if connection.hasMoved() {
            throw DatabaseError(
                .removed,
                "\(connection.path): the database was moved or deleted while in use; put it back or restart the server")
        }
        loop.movedCheckedMs = now
    }

    private func finishBatch(
        _ refused: [(index: Int, error: DatabaseError)], microseconds: UInt64, _ loop: inout CommitLoop
    ) {
        var refusals = refused.makeIterator()
        var refusal = refusals.next()
        var aftermath = Aftermath()
        lock.lock()
        state.busySinceMs = 0
        swap(&state.batch, &loop.spare)
        if microseconds >= configuration.slowCommitMs * 1000 {
            aftermath = degrade(.slow, "a commit took \(microseconds / 1000) ms; records wait in memory")
        } else if state.trouble != nil, state.queue.count <= configuration.batchRowsMax {
            endTrouble()
            loop.retryMs = configuration.retryMsFirst
            aftermath.changesHealth = true
        }
        noteRoom()
        if aftermath.changesHealth { aftermath.health = snapshot() }
        lock.unlock()
        for index in loop.spare.indices {
            let entry = loop.spare[index]
            var outcome = WriteOutcome.committed
            if let lost = refusal, lost.index == index {
                outcome = .lost
                reportLost(entry.job, lost.error)
                refusal = refusals.next()
            }
            if !entry.isReleased { aftermath.add(entry.job, outcome) }
        }
        aftermath.happen(observer)
        let rows = loop.spare.count
        loop.spare.removeAll(keepingCapacity: true)
        if rows > 0 { observer.storeCommitted(rows: rows, microseconds: microseconds) }
    }

    private func postponeBatch(_ error: DatabaseError, _ loop: inout CommitLoop) {
        lock.lock()
        let entries = state.batch
        lock.unlock()
        for entry in entries { entry.job.undone() }
        lock.lock()
        state.busySinceMs = 0
        let aftermath = degrade(StoreHealth.Trouble(error), error.message)
        var abandoned: [Entry] = []
        if let end = loop.drainEndsMs, MonotonicClock.milliseconds() >= end {
            abandoned = state.batch + state.queue
            state.batch = []
            state.queue = []
        }
        loop.mustPause = true
        lock.unlock()
        aftermath.happen(observer)
        for entry in abandoned { reportLost(entry.job, error) }
    }

    /// Folds the log into the database once it is long, after the callers of the batch have been told.
    private func foldLog() {
        guard connection.walPages >= DatabaseLimits.checkpointPages else { return }
        setBusy(MonotonicClock.milliseconds())
        do throws(DatabaseError) {
            try connection.checkpoint()
        } catch {
            observer.storeWarned(error)
        }
        setBusy(0)
    }

    /// Lets the companion work if it has to, unless the store is in trouble.
    private func work(_ loop: inout CommitLoop, nowMs: UInt64, isStopping: Bool = false) {
        guard let companion, canWriteNow else { return }
        let restMs = isStopping ? 0 : companion.restMs(nowMs: nowMs)
        loop.companionDueMs = restMs.map { nowMs + $0 }
        guard restMs == 0, isStopping || nowMs >= loop.companionRestsUntilMs else { return }
        setBusy(nowMs)
        do throws(DatabaseError) {
            try companion.work(on: connection, nowMs: nowMs, isStopping: isStopping)
            loop.companionDueMs = companion.restMs(nowMs: nowMs).map { nowMs + $0 }
        } catch {
            observer.storeWarned(error)
            loop.companionRestsUntilMs = nowMs + DatabaseLimits.workPauseMs
            loop.companionDueMs = loop.companionRestsUntilMs
        }
        setBusy(0)
    }

    private func setBusy(_ sinceMs: UInt64) {
        lock.lock()
        state.busySinceMs = sinceMs
        lock.unlock()
    }
}
