import Accounting
import Buffers
import Completions
import Dialects
import JSONText

nonisolated(unsafe) private let scanner = JSONScanner()

/// Whatever an upstream sends as events of one stream (a line of the input each) or as a plain answer: what the caller
/// gets is JSON with our id and model and each field once.
func fuzzChunks(_ input: [UInt8]) {
    for kind in [CompletionRequest.Kind.chat, .text] {
        let stamp = ResponseStamp(id: "gen-1", model: "a/b", provider: "P", created: 1, kind: kind)
        var cuts = Cuts(input)
        let hidesReasoning = cuts.number(below: 2) == 0
        let healing = cuts.number(below: 2) == 0 ? AnswerHealing() : nil
        var state = StreamState(hidesReasoning: hidesReasoning)
        let request = CompletionRequest(kind: kind)
        request.toolNames = ["f"]
        state.toolCallAudit = ToolCallAudit(request)
        for line in input.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            guard let root = try? scanner.scan(copying: Array(line).span) else { continue }
            relay(root, stamp, &state)
            answer(root, stamp, hidesReasoning, healing)
        }
        _ = state.toolCallAudit?.isWellFormed(scanner)
    }
}

private func relay(_ root: JSONValue, _ stamp: ResponseStamp, _ state: inout StreamState) {
    var out = ByteBuffer()
    out.append("before")
    let summary = ChatChunk.relay(root, stamp: stamp, state: &state, into: &out)
    let text = out.text
    require(text.hasPrefix("before"), "wrote over what was there")
    guard summary.isWritten else {
        require(text == "before", "wrote \(text.debugDescription) and says it did not")
        return
    }
    require(!summary.hasError, "wrote an error: \(text)")
    let event = Array(out.bytes.dropFirst("before".utf8.count))
    require(
        event.starts(with: Array("data: ".utf8)) && event.suffix(2) == [10, 10], "no event: \(text.debugDescription)")
    let json = Array(event.dropFirst(6).dropLast(2))
    require(!json.contains(10) && !json.contains(13), "an event of two lines: \(text.debugDescription)")
    check(json, stamp, body: stamp.kind == .chat ? "delta" : "text", of: root)
}

private func answer(_ root: JSONValue, _ stamp: ResponseStamp, _ hidesReasoning: Bool, _ healing: AnswerHealing?) {
    let summary = ChatAnswer.inspect(root)
    guard !summary.isMalformed, !summary.hasError else { return }
    var out = ByteBuffer()
    ChatAnswer.write(
        root, stamp: stamp, hidesReasoning: hidesReasoning, healing: healing,
        usage: TokenUsage(prompt: 1, completion: 1),
        charge: Charge(total: Credits(nanos: 3), prompt: Credits(nanos: 1)), into: &out)
    let json = Array(out.bytes)
    check(json, stamp, body: stamp.kind == .chat ? "message" : "text", of: root)
    require(NaiveJSON.parse(json)?.members("usage").count == 1, "no usage: \(out.text)")
}

private func check(_ json: [UInt8], _ stamp: ResponseStamp, body: String, of root: JSONValue) {
    let story = "\(String(decoding: json, as: UTF8.self).debugDescription)\nof \(root.rawText.debugDescription)"
    guard let sent = NaiveJSON.parse(json) else { fatalError("no JSON: \(story)") }
    require(sent.members("id").map(\.text) == ["gen-1"], story)
    require(sent.members("model").map(\.text) == ["a/b"], story)
    require(sent.members("provider").map(\.text) == ["P"], story)
    let choices = sent.members("choices")
    guard choices.count == 1, let elements = choices[0].elements, !elements.isEmpty else { fatalError(story) }
    for choice in elements {
        for name in ["index", "finish_reason", body] { require(choice.members(name).count == 1, "\(name): \(story)") }
    }
}
