/// A moment at which something happens to a call.
struct CallEvent {
    enum Kind: UInt8 {
        /// The first content, where somebody waits for it.
        case content
        /// The guard against streams that drip looks.
        case drip
        /// The attempt ends.
        case end
        /// A pause before the next attempt is over.
        case retry
    }

    let timeUs: UInt64
    /// Counts up, so that what happens at the same moment keeps its order.
    let order: UInt64
    let call: Int32
    let kind: Kind

    fileprivate func isBefore(_ other: CallEvent) -> Bool {
        timeUs != other.timeUs ? timeUs < other.timeUs : order < other.order
    }
}

/// What is to happen, the next first: a binary heap.
struct EventHeap {
    private var events: ContiguousArray<CallEvent> = []
    private var pushed: UInt64 = 0

    var nextUs: UInt64? { events.first?.timeUs }

    mutating func push(_ kind: CallEvent.Kind, call: Int32, atUs time: UInt64) {
        let event = CallEvent(timeUs: time, order: pushed, call: call, kind: kind)
        pushed += 1
        var hole = events.count
        events.append(event)
        while hole > 0 {
            let parent = (hole - 1) / 2
            if !event.isBefore(events[parent]) { break }
            events[hole] = events[parent]
            hole = parent
        }
        events[hole] = event
    }

    mutating func pop() -> CallEvent? {
        guard let first = events.first, let last = events.popLast() else { return nil }
        if events.isEmpty { return first }
        let count = events.count
        var hole = 0
        while true {
            var child = 2 * hole + 1
            if child >= count { break }
            if child + 1 < count, events[child + 1].isBefore(events[child]) { child += 1 }
            if !events[child].isBefore(last) { break }
            events[hole] = events[child]
            hole = child
        }
        events[hole] = last
        return first
    }
}
