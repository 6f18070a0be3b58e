import Reactor

/// Plays one scenario on one connection. Confined to its loop.
struct ScenarioPlayer {
    let connection: SimulatorConnection
    let request: SimulatedRequest
    let scenario: Scenario
    let entry: RequestLedger.Entry
    let answer: any SimulatedAnswer
    private let writer: ResponseWriter

    init(
        _ connection: SimulatorConnection, _ request: SimulatedRequest, _ scenario: Scenario,
        _ entry: RequestLedger.Entry
    ) {
        self.connection = connection
        self.request = request
        self.scenario = scenario
        self.entry = entry
        answer = request.answer(scenario, id: "chatcmpl-sim-\(entry.startedUs)")
        let streams = scenario.status == 200 && scenario.body == nil && (request.streams || scenario.stream != nil)
        writer = ResponseWriter(connection, scenario, entry, streams: streams)
    }

    /// - Returns: whether the connection can take another request.
    func play() async -> Bool {
        await connection.pause(ms: scenario.latencyMs)
        if scenario.stalls { await connection.untilGone() }
        if connection.isGone { return false }
        if let body = scenario.body {
            await whole(body)
        } else if scenario.status != 200 {
            await whole(Array(answer.errorBody.utf8))
        } else if let stream = scenario.stream {
            writer.head(contentType: "text/event-stream", length: stream.count)
            await connection.pause(ms: scenario.ttftMs)
            await writer.body(stream)
            if scenario.stallAfterChunks != nil { await connection.untilGone() }
        } else if request.streams {
            writer.head(contentType: answer.streamType, length: nil)
            await connection.pause(ms: scenario.ttftMs)
            await chunks()
        } else {
            await plain()
        }
        return writer.finish()
    }

    var isCut: Bool { writer.isCut }

    private var isOver: Bool { connection.isGone || writer.isCut }

    private func whole(_ body: [UInt8], fields: String = "") async {
        writer.head(contentType: "application/json", length: body.count, fields: fields)
        await writer.body(body)
    }

    private func plain() async {
        var text = ""
        var count = 0
        let words = scenario.words
        while !scenario.isUnlimited, let piece = scenario.piece(count, of: words) {
            text += piece
            count += 1
        }
        await whole(Array(answer.plain(text, tokens: count).utf8), fields: answer.headFields)
    }

    private func send(_ text: String) async { await writer.body(answer.framed(text)) }

    private func chunks() async {
        await send(answer.opening)
        for chunk in answer.toolCallChunks where !isOver {
            await send(chunk)
            await connection.pause(ms: scenario.gapMs)
        }
        let words = scenario.hasText ? scenario.words : []
        var count = 0
        var said = ""
        while !isOver {
            if count == scenario.stallAfterChunks { return await connection.untilGone() }
            if count == scenario.errorAfterChunks { return await send(answer.errorEvent) }
            guard let piece = scenario.piece(count, of: words) else { break }
            if count > 0 { await connection.pause(ms: scenario.gapMs) }
            await send(answer.content(piece))
            count += 1
            if !scenario.isUnlimited { said += piece }
            // An unlimited stream without gaps must let the loop see other connections.
            if scenario.gapMs == 0, count % 64 == 0 { await connection.turn() }
        }
        if !isOver { await send(answer.ending(text: said, tokens: count)) }
    }
}
