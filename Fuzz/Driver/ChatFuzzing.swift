import Buffers
import Completions
import Dialects
import JSONText

nonisolated(unsafe) private let scanner = JSONScanner()

/// What we read of a request is what a slow parser reads: no second key, escaped or not, can pass one model to us and
/// another to the provider. What goes upstream is JSON with each field once, and nothing that only the router knows.
func fuzzChat(_ input: [UInt8]) {
    guard let naive = NaiveJSON.parse(input), let root = try? scanner.scan(copying: input.span) else { return }
    for surface in [ChatRequestDecoder.Surface.chat, .completions] {
        guard let request = try? ChatRequestDecoder.decode(root, surface: surface) else { continue }
        require(!naive.repeatsKeys, "accepted a repeated key")
        require(request.model == naive.members("model").first?.text, "the model \(String(describing: request.model))")
        let stream = naive.members("stream").first
        require(request.isStream == stream.map(isTrue) ?? false, "stream is \(request.isStream)")
        splice(input, root, request, naive)
    }
}

private func isTrue(_ value: NaiveJSON) -> Bool {
    if case .literal("true") = value.content { true } else { false }
}

private let routerOnly = ["models", "route", "preset", "provider", "plugins", "transforms", "session_id", "trace"]
/// Those of them that another router takes.
private let routersToo = ["provider", "plugins", "transforms"]

private func splice(_ input: [UInt8], _ root: JSONValue, _ request: CompletionRequest, _ naive: NaiveJSON) {
    var cuts = Cuts(input)
    let all = RequestField.allCases
    var target = UpstreamChatTarget(
        modelJSON: Array("\"upstream\"".utf8), providerSlug: "x",
        traits: UpstreamChatTarget.Traits(rawValue: UInt32(cuts.number(below: 1 << 14))))
    if cuts.number(below: 2) == 0 {
        var parameters: RequestFieldSet = []
        for field in all where cuts.number(below: 2) == 0 { parameters.insert(field) }
        target.parameters = parameters
    }
    guard target.canExpress(request) else { return }
    let rewrites = request.layout.rewrites.intersection(RequestRewrites(rawValue: UInt16(cuts.number(below: 64))))
    var splice = ChatRequestSplice(request, for: target)
    var edits = JSONEdits()
    splice.write(source: input.span, pseudonym: cuts.number(below: 2) == 0 ? nil : "caller", into: &edits)
    ChatRequestRewriter.write(rewrites, of: root, into: &edits)
    let shortened = request.kind == .chat ? shorten(input, root, request, &cuts) : nil
    if let shortened { shortened.cut.write(shortened.conversation, into: &edits) }
    var out = ByteBuffer()
    edits.apply(to: input.span, into: &out)
    guard let sent = NaiveJSON.parse(Array(out.bytes)) else {
        fatalError("sends no JSON: \(out.text.debugDescription)\ntraits \(target.traits)")
    }
    let story = "sends \(out.text.debugDescription)\ntraits \(target.traits)"
    require(!sent.repeatsKeys, story)
    require(sent.members("model").map(\.text) == ["upstream"], story)
    let isRouter = target.traits.contains(.takesRouterFields)
    let others = isRouter ? routerOnly.filter { !routersToo.contains($0) } : routerOnly
    require(others.allSatisfy { sent.members($0).isEmpty }, story)
    require(request.isStream == (sent.members("stream").first.map(isTrue) ?? false), story)
    if request.kind == .chat {
        let before = shortened?.cut.messageCount ?? naive.members("messages").first?.elements?.count ?? 0
        let after = sent.members("messages").first?.elements?.count ?? 0
        require(rewrites.contains(.oneSystemMessage) ? after <= before : after == before, story)
    }
}

/// The conversation with some of its middle left out; nil where it stays.
private func shorten(
    _ input: [UInt8], _ root: JSONValue, _ request: CompletionRequest, _ cuts: inout Cuts
) -> (conversation: Conversation, cut: MiddleOut)? {
    if cuts.number(below: 2) == 0 { return nil }
    let conversation = Conversation(root, of: request, in: input.span)
    let messagesMax = cuts.number(below: 2) == 0 ? 1 + cuts.number(below: 8) : nil
    let tokensMax = cuts.number(below: conversation.tokens + 1)
    return MiddleOut(conversation, in: input.span, tokensMax: tokensMax, messagesMax: messagesMax).map {
        (conversation, $0)
    }
}
