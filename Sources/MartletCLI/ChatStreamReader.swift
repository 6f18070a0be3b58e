import Buffers
import EventStreams
import JSONText

/// Follows a streamed chat completion: hands out its text and remembers what it says about itself. Does no I/O.
struct ChatStreamReader: ~Copyable {
    private(set) var answer = ChatAnswer()
    private var decoder = EventStreamDecoder()
    private let scanner = JSONScanner()

    /// Takes all whole events from the front of `bytes` and leaves the rest.
    ///
    /// - Parameter show: gets the text of each piece, safe for a terminal.
    mutating func take(_ bytes: inout ByteBuffer, atEnd: Bool, show: (String) -> Void) throws(CallFailure) {
        while !answer.isComplete {
            let item: EventStreamItem
            do {
                item = try decoder.next(bytes.span, atEnd: atEnd)
            } catch {
                throw CallFailure("The server sent an event that is too large.")
            }
            switch item {
            case .event(let event):
                switch event.data {
                case .range(let range): try read(Array(bytes.bytes[range]), show)
                case .joined: try read(decoder.joinedData.withUnsafeBufferPointer { Array($0) }, show)
                }
            case .unframed(let range, _): try read(Array(bytes.bytes[range]), show)
            case .comment: break
            case .needMore, .end:
                bytes.consume(item.consumed)
                return
            }
            bytes.consume(item.consumed)
        }
    }

    private mutating func read(_ data: [UInt8], _ show: (String) -> Void) throws(CallFailure) {
        if data.elementsEqual("[DONE]".utf8) {
            answer.isComplete = true
            return
        }
        guard let chunk = try? scanner.scan(copying: data.span) else {
            throw CallFailure("The server sent a chunk that is not JSON.")
        }
        answer.provider = chunk["provider"]?.string ?? answer.provider
        answer.model = chunk["model"]?.string ?? answer.model
        if let usage = chunk["usage"], usage.isObject {
            answer.completionTokens = usage["completion_tokens"]?.integer.map { Int($0) }
            answer.cost = usage["cost"]?.numberText
        }
        if let choice = chunk["choices"]?[0] {
            answer.finishReason = choice["finish_reason"]?.string ?? answer.finishReason
            if let text = choice["delta"]?["content"]?.string, !text.isEmpty { show(TerminalText.clean(text)) }
        }
        if chunk["error"] != nil {
            answer.error = ServerError.message(in: chunk) ?? "The answer broke off."
            answer.isComplete = true
        }
    }
}
