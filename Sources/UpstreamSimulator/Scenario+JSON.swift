import JSONText

extension Scenario {
    /// The scenario of a provider in a script: its own entry, else the one for `*`.
    ///
    /// - Parameter turn: how many requests of the same tag this provider had before.
    init(script: JSONValue, provider: String, turn: Int) {
        self.init(provider: provider)
        var chosen: JSONValue?
        for member in script.members {
            if member.key.string == provider {
                chosen = member.value
                break
            }
            if member.key.string == "*" { chosen = member.value }
        }
        guard var value = chosen else { return }
        if value.kind == .array {
            guard value.count > 0, let entry = value[min(turn, value.count - 1)] else { return }
            value = entry
        }
        readTiming(value)
        readAnswer(value)
        readFaults(value)
    }

    private mutating func readTiming(_ value: JSONValue) {
        latencyMs = value.number("latency_ms") ?? 0
        ttftMs = value.number("ttft_ms") ?? 0
        gapMs = value.number("gap_ms") ?? 0
        pieceBytes = value.number("piece_bytes")
        framing = value["framing"]?.string.flatMap(Framing.init)
        closes = value["close"]?.bool ?? false
    }

    private mutating func readAnswer(_ value: JSONValue) {
        if let headers = value["headers"] {
            for member in headers.members { self.headers.append((member.key.string, member.value.string ?? "")) }
        }
        contentType = value["content_type"]?.string
        text = value["text"]?.string ?? text
        chunks = value.number("chunks")
        chunkBytes = value.number("chunk_bytes") ?? 0
        isUnlimited = value["unlimited"]?.bool ?? false
        reasoning = value["reasoning"]?.string
        serviceTier = value["service_tier"]?.string
        sendsDone = value["done"]?.bool ?? true
        echoes = value["echo"]?.bool ?? false
        if let calls = value["tool_calls"] {
            finishReason = "tool_calls"
            toolCalls = calls.elements.map {
                ToolCall(name: $0["name"]?.string ?? "", arguments: $0["arguments"]?.string ?? "{}")
            }
        }
        if let reason = value["finish_reason"] { finishReason = reason.string }
        if let usage = value["usage"] {
            if usage.kind == .object {
                self.usage = .given(usage.rawText)
            } else {
                self.usage = usage.equals("always") ? .always : usage.bool ?? true ? .asked : .none
            }
        }
    }

    private mutating func readFaults(_ value: JSONValue) {
        status = value.number("status") ?? 200
        if let body = value["body"] { self.body = Array((body.string ?? body.rawText).utf8) }
        if let encoded = value["body_base64"]?.string { body = decodedBase64(encoded) }
        if let stream = value["stream"]?.string { self.stream = Array(stream.utf8) }
        if let error = value["error"] { self.error = error.rawText }
        errorAfterChunks = value.number("error_after_chunks")
        stallAfterChunks = value.number("stall_after_chunks")
        stalls = value["stall"]?.bool ?? false
        cutAfterBytes = value.number("cut_after_bytes")
        cutsWithReset = value["cut"]?.equals("reset") ?? false
    }
}

extension JSONValue {
    func number(_ key: StaticString) -> Int? {
        self[key]?.integer.map(Int.init)
    }
}

/// The bytes of standard base64; anything else in it is skipped.
private func decodedBase64(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for byte in text.utf8 {
        let value: Int
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(byte) + 4
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        default: continue
        }
        bits = bits << 6 | value
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
    }
    return bytes
}
