/// Answers of Bedrock's Converse API.
///
/// Events of a stream are written as lines `TYPE JSON`, and framed as binary messages when they leave.
struct ConverseAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    var streamType: String { "application/vnd.amazon.eventstream" }

    private func event(_ type: String, _ json: String) -> String { "\(type) \(json)\n" }

    private var firstTool: Int { scenario.reasoning == nil ? 0 : 1 }
    private var textIndex: Int { firstTool + scenario.toolCalls.count }

    private func delta(_ index: Int, _ delta: String) -> String {
        event("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":\#(delta),"p":"abcd"}"#)
    }

    private func stop(_ index: Int) -> String { event("contentBlockStop", #"{"contentBlockIndex":\#(index)}"#) }

    var opening: String {
        var text = event("messageStart", #"{"role":"assistant"}"#)
        if let reasoning = scenario.reasoning {
            text += delta(0, #"{"reasoningContent":{"text":\#(quoted(reasoning))}}"#)
            text += delta(0, #"{"reasoningContent":{"signature":"c2ln"}}"#) + stop(0)
        }
        return text
    }

    var toolCallChunks: [String] {
        scenario.toolCalls.enumerated().flatMap { position, call in
            let index = firstTool + position
            let start = #"{"toolUse":{"toolUseId":"tooluse_\#(position)","name":\#(quoted(call.name))}}"#
            return [event("contentBlockStart", #"{"contentBlockIndex":\#(index),"start":\#(start)}"#)]
                + Scenario.halves(call.arguments).map { delta(index, #"{"toolUse":{"input":\#(quoted($0))}}"#) }
                + [stop(index)]
        }
    }

    func content(_ piece: String) -> String { delta(textIndex, #"{"text":\#(quoted(piece))}"#) }

    private static let words = [
        "stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "content_filtered",
    ]

    private func usage(tokens: Int) -> String? {
        let prompt = SimulatedUsage.promptTokens
        return scenario.usage(
            #"{"inputTokens":\#(prompt),"outputTokens":\#(tokens),"totalTokens":\#(prompt + tokens)}"#)
    }

    func ending(text said: String, tokens: Int) -> String {
        var text = scenario.hasText ? stop(textIndex) : ""
        if let reason = scenario.finish(Self.words) {
            text += event("messageStop", #"{"stopReason":\#(quoted(reason))}"#)
        }
        if let usage = usage(tokens: tokens) {
            text += event("metadata", #"{"usage":\#(usage),"metrics":{"latencyMs":1}}"#)
        }
        return text
    }

    var errorEvent: String { "!modelStreamErrorException \(errorBody)\n" }

    var errorBody: String { scenario.error }

    func plain(_ text: String, tokens: Int) -> String {
        var blocks: [String] = []
        if let reasoning = scenario.reasoning {
            blocks.append(
                #"{"reasoningContent":{"reasoningText":{"text":\#(quoted(reasoning)),"signature":"c2ln"}}}"#)
        }
        for (position, call) in scenario.toolCalls.enumerated() {
            blocks.append(
                #"{"toolUse":{"toolUseId":"tooluse_\#(position)","name":\#(quoted(call.name)),"input":\#(call.arguments)}}"#
            )
        }
        if scenario.hasText, !text.isEmpty { blocks.append(#"{"text":\#(quoted(text))}"#) }
        let reason = scenario.finish(Self.words).map { #","stopReason":\#(quoted($0))"# } ?? ""
        let usage = usage(tokens: tokens).map { #","usage":\#($0)"# } ?? ""
        return """
            {"output":{"message":{"role":"assistant","content":[\(blocks.joined(separator: ","))]}}\(reason)\(usage)}
            """
    }

    func framed(_ text: String) -> [UInt8] {
        if !request.streams || scenario.status != 200 { return Array(text.utf8) }
        return text.split(separator: "\n").flatMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            let isException = parts[0].hasPrefix("!")
            return EventStreamMessage.bytes(
                headers: isException
                    ? [(":message-type", "exception"), (":exception-type", String(parts[0].dropFirst()))]
                    : [(":message-type", "event"), (":event-type", String(parts[0]))],
                payload: Array(parts[1].utf8))
        }
    }
}

/// Messages of `application/vnd.amazon.eventstream`: lengths, a checksum over them, headers, payload, a checksum over all.
enum EventStreamMessage {
    static func bytes(headers: [(String, String)], payload: [UInt8]) -> [UInt8] {
        var fields: [UInt8] = []
        for (name, value) in headers + [(":content-type", "application/json")] {
            fields += [UInt8(name.utf8.count)] + Array(name.utf8) + [7]
            fields += [UInt8(value.utf8.count >> 8), UInt8(value.utf8.count & 255)] + Array(value.utf8)
        }
        var message = number(fields.count + payload.count + 16) + number(fields.count)
        message += number(Int(checksum(message)))
        message += fields + payload
        return message + number(Int(checksum(message)))
    }

    private static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// CRC-32 of IEEE 802.3, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
