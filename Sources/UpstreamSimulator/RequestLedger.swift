/// What came, and how each answer ended. Confined to its loop.
final class RequestLedger {
    /// Tagged requests beyond this many push out the oldest tag.
    static let tagsKept = 20_000
    static let bodyBytesKept = 256 * 1024

    enum Outcome: String {
        case open, complete, cut
        /// The caller closed the connection before the answer was over.
        case gone
    }

    final class Entry {
        let request: SimulatedRequest
        let startedUs = monotonicMicroseconds()
        var outcome = Outcome.open
        var endedUs: Int64 = 0
        var bodyBytesSent = 0

        init(_ request: SimulatedRequest) {
            self.request = request
        }
    }

    private var entries: [String: [Entry]] = [:]
    private var tags: [String] = []
    private var connectionsOpen = 0
    private var connectionsTotal = 0
    private var requestsOpen = 0
    private var requestsTotal = 0
    private var requestsGone = 0

    func connectionOpened() {
        connectionsOpen += 1
        connectionsTotal += 1
    }

    func connectionClosed() {
        connectionsOpen -= 1
    }

    /// - Returns: the entry, and how many requests with its tag went to its provider before.
    func begin(_ request: SimulatedRequest) -> (entry: Entry, turn: Int) {
        requestsOpen += 1
        requestsTotal += 1
        let entry = Entry(request)
        guard let tag = request.tag else { return (entry, 0) }
        if entries[tag] == nil {
            tags.append(tag)
            if tags.count > Self.tagsKept { entries[tags.removeFirst()] = nil }
        }
        let turn = entries[tag, default: []].count { $0.request.provider == request.provider }
        entries[tag, default: []].append(entry)
        return (entry, turn)
    }

    func end(_ entry: Entry, _ outcome: Outcome) {
        guard entry.outcome == .open else { return }
        entry.outcome = outcome
        entry.endedUs = monotonicMicroseconds()
        requestsOpen -= 1
        if outcome == .gone { requestsGone += 1 }
    }

    var statsJSON: String {
        """
        {"connections_open":\(connectionsOpen),"connections_total":\(connectionsTotal),\
        "requests_open":\(requestsOpen),"requests_total":\(requestsTotal),"requests_gone":\(requestsGone)}
        """
    }

    func json(tag: String) -> String {
        let items = entries[tag, default: []].map { entry in
            """
            {"provider":\(quoted(entry.request.provider)),"request":\(entry.request.json),\
            "outcome":"\(entry.outcome.rawValue)","body_bytes_sent":\(entry.bodyBytesSent),\
            "started_us":\(entry.startedUs),"ended_us":\(entry.endedUs)}
            """
        }
        return #"{"requests":["# + items.joined(separator: ",") + "]}"
    }
}
