import Buffers
import HTTPWire
import JSONText
import Reactor

/// One connection: reads requests one after the other and plays the answers. Confined to its loop.
final class SimulatorConnection: StreamHandler, @unchecked Sendable {
    let stream: TCPStream
    private(set) var isGone = false
    private let simulator: Simulator
    private var input = ByteBuffer()
    private var parser = RequestHeadParser()
    private var head = RequestHead()
    private var body = ByteBuffer()
    private var decoder: BodyDecoder?
    private var headText = ""
    private var isPlaying = false
    private let waiter = Waiter()
    private lazy var timer = LoopTimer(simulator.loop) { [unowned self] in waiter.resume() }

    init(_ stream: TCPStream, simulator: Simulator) {
        self.stream = stream
        self.simulator = simulator
    }

    // MARK: What the stream tells

    func received(_ bytes: UnsafeRawBufferPointer) {
        input.append(bytes)
        if !isPlaying { readNext() }
    }

    func ended(_ reason: StreamError) {
        isGone = true
        waiter.resume()
        if !isPlaying { end() }
    }

    func drained() {
        waiter.resume()
    }

    // MARK: What a player waits for

    func pause(ms: Int) async {
        if ms <= 0 || isGone { return }
        let deadline = simulator.loop.now + UInt64(ms)
        while !isGone, simulator.loop.now < deadline {
            timer.arm(afterMs: deadline - simulator.loop.now)
            await waiter.wait()
        }
        timer.disarm()
    }

    /// Lets the loop go round once.
    func turn() async {
        if isGone { return }
        timer.arm(afterMs: 0)
        await waiter.wait()
    }

    func drain() async {
        if !isGone { await waiter.wait() }
    }

    func untilGone() async {
        while !isGone { await waiter.wait() }
    }

    // MARK: Requests

    private func readNext() {
        do {
            if decoder == nil {
                guard let length = try parser.parse(input.span, into: &head) else { return }
                headText = String(decoding: input.bytes[..<length], as: UTF8.self)
                if head.expectsContinue {
                    stream.out.append("HTTP/1.1 100 Continue\r\n\r\n")
                    stream.setNeedsFlush()
                }
                decoder = BodyDecoder(framing: head.framing)
                body.clear()
                startRequestTarget(length)
            }
            if try readBody() { begin() }
        } catch {
            stream.out.append(
                text: "HTTP/1.1 \(error.status) Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            stream.closeWhenFlushed()
        }
    }

    private var target = ""

    private func startRequestTarget(_ length: Int) {
        target = String(decoding: input.bytes[head.target], as: UTF8.self)
        input.consume(length)
    }

    private func readBody() throws(WireError) -> Bool {
        while true {
            let step = try decoder!.next(Span(_unsafeBytes: input.bytes))
            switch step {
            case .data(let range):
                body.append(UnsafeRawBufferPointer(rebasing: input.bytes[range]))
                input.consume(range.upperBound)
            case .needMore(let consumed):
                input.consume(consumed)
                return false
            case .end(let consumed):
                input.consume(consumed)
                decoder = nil
                return true
            }
        }
    }

    private func begin() {
        isPlaying = true
        let bytes = Array(body.bytes)
        simulator.loop.spawn { [self] in
            waiter.reset()
            let goesOn = await answer(target, bytes)
            isPlaying = false
            if isGone { return end() }
            if goesOn { readNext() }
        }
    }

    private func answer(_ target: String, _ body: [UInt8]) async -> Bool {
        let path = String(target.prefix { $0 != "?" })
        if path == "/sim/stats" { return service(simulator.ledger.statsJSON) }
        if path == "/sim/requests" {
            let tag = target.split(separator: "tag=", maxSplits: 1).last.map(String.init) ?? ""
            return service(simulator.ledger.json(tag: tag))
        }
        let parts = path.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, parts[0] == "p" else { return service(#"{"error":{"message":"no such path"}}"#, 404) }
        let below = "/" + parts[2]
        if below.hasSuffix("/models") { return service(#"{"object":"list","data":[{"id":"sim","object":"model"}]}"#) }
        var request = SimulatedRequest(
            provider: String(parts[1]), path: below, head: String(Substring(headText.utf8.dropLast(4))), body: body)
        request.readBody(with: JSONScanner())
        return await play(request)
    }

    private func play(_ request: SimulatedRequest) async -> Bool {
        var request = request
        var script: JSONValue?
        let scanner = JSONScanner()
        if let text = request.script {
            let bytes = Array(text.utf8)
            script = try? scanner.scan(copying: bytes.span)
            request.tag = script?["tag"]?.string
        }
        let (entry, turn) = simulator.ledger.begin(request)
        var scenario = Scenario(provider: request.provider)
        if let script { scenario = Scenario(script: script, provider: request.provider, turn: turn) }
        if scenario.echoes { scenario.text = request.json }
        let player = ScenarioPlayer(self, request, scenario, entry)
        let goesOn = await player.play()
        simulator.ledger.end(entry, player.isCut ? .cut : isGone ? .gone : .complete)
        return goesOn
    }

    private func service(_ json: String, _ status: Int = 200) -> Bool {
        HTTPEncoding.appendStatusLine(status, to: &stream.out)
        stream.out.append(text: "content-type: application/json\r\ncontent-length: \(json.utf8.count)\r\n\r\n\(json)")
        stream.setNeedsFlush()
        return true
    }

    private func end() {
        timer.disarm()
        stream.close()
        simulator.connectionEnded(self)
    }
}
