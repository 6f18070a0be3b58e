/// The second thread: it releases callers from a commit that takes too long, which the writer, being inside it, cannot.
///
/// It looks every half `slowCommitMs` while there is work, and sleeps only after a look that found nothing new, so that
/// batches on end do not wake it each.
extension GroupCommitWriter {
    func watchCommits() {
        lock.lock()
        while !(state.isStopping && state.waiting == 0) {
            if state.waiting == 0 && state.busySinceMs == 0 && state.newBatches == 0 {
                state.isWatcherAsleep = true
                lock.wait(watch)
                state.isWatcherAsleep = false
            } else {
                state.newBatches = 0
                lock.wait(watch, milliseconds: max(1, configuration.slowCommitMs / 2))
            }
            guard state.busySinceMs > 0, state.trouble == nil else { continue }
            let busyMs = MonotonicClock.milliseconds() - state.busySinceMs
            guard busyMs >= configuration.slowCommitMs else { continue }
            let aftermath = degrade(.slow, "a commit has been running for \(busyMs) ms; records wait in memory")
            lock.unlock()
            aftermath.happen(observer)
            lock.lock()
        }
        lock.unlock()
    }
}
