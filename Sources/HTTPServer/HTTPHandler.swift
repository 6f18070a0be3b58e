package import HTTPWire

/// What answers requests. One handler serves every connection of one loop, or of all loops if it is Sendable state only.
package protocol HTTPHandler: AnyObject, Sendable {
    /// Answers one request; runs as part of the connection's task on its loop. A handler that returns without having
    /// answered makes the connection end.
    func handle(_ exchange: ServerExchange) async
    /// Answers what never became a request: a malformed head, a deadline, too many connections. Append the body to
    /// `exchange.content` and call `exchange.respond`.
    func refuse(_ exchange: ServerExchange, status: Int, reason: StaticString)
}

/// Why a request body could not be read.
package enum BodyFailure: Error, Equatable, Sendable {
    /// Larger than `limits.body`: 413.
    case tooLarge
    /// All bodies together are larger than `limits.memory`, or the system has no memory: 503.
    case outOfMemory
    /// It did not arrive in time: 408.
    case timedOut
    /// Its framing is malformed: the error's status.
    case malformed(WireError)
    /// The client is gone: nobody to answer.
    case gone
}
