import Access
import Dialects
import HTTPClient
import HTTPServer
import Reactor

/// Fetches what a request names by URLs, for endpoints that cannot, and keeps it as long as the request: the next endpoint
/// finds it here. Confined to its loop.
final class MediaFetcher: @unchecked Sendable {
    let client: HTTPClient
    let settings: MediaFetchSettings
    private let memory: MemoryShare
    private let waiter = Waiter()
    private var totalBytes = 0
    private var contents: [String: WebMedia.Contents] = [:]
    private var failures: [String: MediaFetchFailure] = [:]
    private var running: [MediaDownload] = []
    private var isCancelled = false

    init(_ client: HTTPClient, _ settings: MediaFetchSettings, _ budget: MemoryBudget) {
        self.client = client
        self.settings = settings
        memory = MemoryShare(of: budget)
    }

    /// What was fetched from a URL.
    func contents(of url: String) -> WebMedia.Contents? { contents[url] }

    /// Fetches all that is not here yet. Whatever has failed once is not asked for again.
    ///
    /// - Throws: the first failure and where it was; all that was still under way is broken off then.
    func fetch(_ wanted: [WebMedia.Wanted]) async throws(MediaFetchTrouble) {
        if wanted.count > settings.countMax {
            throw MediaFetchTrouble(wanted[settings.countMax], .tooMany(settings.countMax))
        }
        for item in wanted {
            if let failure = failures[item.url] { throw MediaFetchTrouble(item, failure) }
        }
        var waiting = wanted.filter { contents[$0.url] == nil }[...]
        if waiting.isEmpty { return }
        let timer = LoopTimer(client.loop) { [unowned self] in stop(.timedOut(ms: settings.timeoutMs)) }
        timer.arm(afterMs: settings.timeoutMs)
        defer { timer.disarm() }
        var trouble: MediaFetchTrouble?
        while true {
            while running.count < GatewayLimits.fetchesAtOnce, trouble == nil, let next = waiting.popFirst() {
                let download = MediaDownload(next, of: self)
                running.append(download)
                if isCancelled { download.cancel() } else { download.start() }
            }
            if running.isEmpty { break }
            if !running.contains(where: { $0.result != nil }) { await waiter.wait() }
            if let first = takeEnded(), trouble == nil {
                trouble = first
                stop(.cancelled)
            }
        }
        if let trouble { throw trouble }
    }

    /// Keeps what has come of those that have ended.
    private func takeEnded() -> MediaFetchTrouble? {
        var first: MediaFetchTrouble?
        for download in running {
            switch download.result {
            case .success(let found): contents[download.wanted.url] = found
            case .failure(let failure):
                if failure != .cancelled { failures[download.wanted.url] = failure }
                first = first ?? MediaFetchTrouble(download.wanted, failure)
            case nil: break
            }
        }
        running.removeAll { $0.result != nil }
        return first
    }

    /// Breaks off what is under way, and what would come: nobody waits for it any more.
    func cancel() {
        isCancelled = true
        stop(.cancelled)
    }

    private func stop(_ failure: MediaFetchFailure) {
        for download in running { download.cancel(failure) }
    }

    // MARK: For downloads

    func ended() {
        waiter.resume()
    }

    /// Takes bytes for one of them.
    func reserve(_ count: Int) -> MediaFetchFailure? {
        totalBytes += count
        if totalBytes > settings.totalBytesMax { return .tooMuchInAll(bytes: settings.totalBytesMax) }
        return memory.grow(to: totalBytes * GatewayLimits.fetchedCopies) ? nil : .outOfMemory
    }
}

/// A failure, and what it befell.
struct MediaFetchTrouble: Error {
    let wanted: WebMedia.Wanted
    let failure: MediaFetchFailure

    init(_ wanted: WebMedia.Wanted, _ failure: MediaFetchFailure) {
        self.wanted = wanted
        self.failure = failure
    }
}
