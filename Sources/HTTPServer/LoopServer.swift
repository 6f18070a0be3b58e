import Buffers
import HTTPWire
import Reactor
import Synchronization

/// The part of a server that lives on one loop: its listener and its connections. Confined to its loop.
final class LoopServer: @unchecked Sendable {
    let loop: EventLoop
    var configuration: ServerConfiguration
    let handler: any HTTPHandler
    let budget: MemoryBudget
    var makeSecurity: (@Sendable () -> any StreamSecurity)?
    private(set) var isDraining = false
    private(set) var connections: [ObjectIdentifier: ServerConnection] = [:]
    /// Those of them that only get their refusal.
    private var turnedAway = 0
    private var listener: TCPListener?
    private let admission: ConnectionAdmission
    private var whenEmpty: [() -> Void] = []
    private var dateClock = DateLine()
    private(set) var accepted = 0

    init(
        loop: EventLoop, configuration: ServerConfiguration, admission: ConnectionAdmission, handler: any HTTPHandler,
        budget: MemoryBudget
    ) {
        self.loop = loop
        self.configuration = configuration
        self.admission = admission
        self.handler = handler
        self.budget = budget
    }

    func listen(descriptor: Int32) throws(StreamError) {
        let listener = TCPListener(loop: loop) { [unowned self] stream in accept(stream) }
        try listener.listen(descriptor: descriptor)
        self.listener = listener
    }

    var acceptFailures: Int { listener?.acceptFailures ?? 0 }

    /// Appends the `Date` field.
    func appendDate(to out: inout ByteBuffer) {
        dateClock.append(now: loop.now, to: &out)
    }

    private func accept(_ stream: TCPStream) {
        accepted += 1
        if let makeSecurity { stream.security = makeSecurity() }
        let connection = ServerConnection(server: self, stream: stream)
        let id = ObjectIdentifier(connection)
        let isCrowded = !admission.enter()
        connections[id] = connection
        if isCrowded {
            turnedAway += 1
            if turnedAway > ServerLimits.turnedAway { connection.cut() }
        }
        loop.spawn { [self] in
            if isCrowded {
                await connection.turnAway()
                turnedAway -= 1
            } else {
                await connection.run()
                admission.leave()
            }
            connections[id] = nil
            if connections.isEmpty { reportEmpty() }
        }
    }

    // MARK: Draining

    /// Stops accepting.
    func stopListening() {
        listener?.closeHandle()
        listener = nil
    }

    /// Idle connections end now, the others after their request.
    func drain() {
        isDraining = true
        for connection in connections.values { connection.endIfIdle() }
    }

    /// Cuts every connection.
    func cut() {
        isDraining = true
        for connection in connections.values { connection.cut() }
    }

    func whenEmpty(_ action: @escaping () -> Void) {
        if connections.isEmpty { action() } else { whenEmpty.append(action) }
    }

    private func reportEmpty() {
        let actions = whenEmpty
        whenEmpty = []
        for action in actions { action() }
    }
}

/// Counts the connections of all loops against the limit of the process.
final class ConnectionAdmission: Sendable {
    private let most: Atomic<Int>
    private let open = Atomic(0)

    init(limit: Int) {
        most = Atomic(limit)
    }

    /// A lower one turns newcomers away; nobody who is in has to go.
    var limit: Int {
        get { most.load(ordering: .relaxed) }
        set { most.store(newValue, ordering: .relaxed) }
    }

    /// - Returns: false when there are as many as there may be.
    func enter() -> Bool {
        if open.wrappingAdd(1, ordering: .relaxed).oldValue < limit { return true }
        leave()
        return false
    }

    func leave() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
