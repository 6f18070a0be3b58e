import Accounting
import Buffers
import Completions
import JSONText

@testable import Dialects

let testStamp = ResponseStamp(
    id: "gen-1700000000-AbCdEfGhIjKlMnOpQrSt", model: "acme/model", provider: "Acme \"Inc\"", created: 1_700_000_000,
    kind: .chat)
let testTextStamp = ResponseStamp(
    id: testStamp.id, model: testStamp.model, provider: testStamp.provider, created: testStamp.created, kind: .text)

let testCharge = Charge(total: Credits(nanos: 1_200_000), prompt: Credits(nanos: 800_000))

/// Scans and decodes a request; the error is the decoder's.
func decode(
    _ body: String, surface: ChatRequestDecoder.Surface = .chat
) throws -> CompletionRequest {
    let scanner = JSONScanner()
    let root = try scanner.scan(copying: body)
    return try ChatRequestDecoder.decode(root, surface: surface)
}

/// The upstream body for a request.
func splice(
    _ body: String, for target: UpstreamChatTarget, pseudonym: String? = nil,
    surface: ChatRequestDecoder.Surface = .chat, adding wishes: AddedWishes = [], without stripped: RequestFieldSet = []
) throws -> (body: String, dropped: [String]) {
    let request = try decode(body, surface: surface)
    var edits = JSONEdits()
    var out = ByteBuffer()
    var splice = ChatRequestSplice(request, for: target, adding: wishes, without: stripped)
    splice.write(source: body.utf8Span.span, pseudonym: pseudonym, into: &edits)
    edits.apply(to: body.utf8Span.span, into: &out)
    return (out.text, splice.dropped.names)
}

/// Relays payloads one after the other and keeps what was written for each: nil where nothing was.
struct Relay {
    var state: StreamState
    var stamp = testStamp
    var events: [String?] = []
    var summaries: [ChunkSummary] = []
    private let scanner = JSONScanner()

    init(hidesReasoning: Bool = false, stamp: ResponseStamp = testStamp) {
        state = StreamState(hidesReasoning: hidesReasoning)
        self.stamp = stamp
    }

    mutating func send(_ payload: String) throws {
        var out = ByteBuffer()
        let root = try scanner.scan(copying: payload)
        let summary = ChatChunk.relay(root, stamp: stamp, state: &state, into: &out)
        summaries.append(summary)
        events.append(summary.isWritten ? payloadOf(out.text) : nil)
    }
}

/// The payload of one framed event.
func payloadOf(_ event: String) -> String {
    precondition(event.hasPrefix("data: ") && event.hasSuffix("\n\n"), "not one event: \(event)")
    return String(event.dropFirst(6).dropLast(2))
}

/// What was written by a closure.
func written(_ body: (inout ByteBuffer) -> Void) -> String {
    var out = ByteBuffer()
    body(&out)
    return out.text
}

/// The error a payload holds.
func inBandError(_ payload: String) -> InBandError? {
    let scanner = JSONScanner()
    guard let root = try? scanner.scan(copying: payload) else { return nil }
    return InBandError(root)
}
