import Access
import Buffers
import Completions
import Dialects
package import HTTPServer
import JSONText
import Routing
import Telemetry

extension CompletionPipeline {
    /// Answers `/messages/count_tokens`: how long a prompt is, by our own estimate, since the provider that will read it is
    /// not known yet. It costs nothing and leaves no record. Source: openrouter spec 17.1.
    package func countTokens(_ exchange: ServerExchange) async {
        if !admits() { return refuseForOverload(exchange, .messages) }
        var preset: AppliedPreset?
        do throws(APIError) {
            try KeyAdmission.admitInference(try authenticate(exchange), atMs: clock.unixMs())
            let isPacked = try isGzipped(exchange)
            var body = try await readWhole(exchange)
            defer { withExtendedLifetime(body) {} }
            if isPacked { body = try unpacked(body) }
            var root = try scan(body)
            if let merged = try merged(root, body, of: .messages, in: state) {
                body = merged.body
                preset = merged.preset
                root = try scan(body)
            }
            let share = MemoryShare(of: budget)
            defer { withExtendedLifetime(share) {} }
            guard share.grow(to: body.bytes.count * GatewayLimits.rewritingCopies) else {
                throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
            }
            let request = try DialectTable.readRequest(root, of: .messages)
            var text = ByteBuffer(capacity: body.bytes.count + 256)
            ChatRequestWriter.write(request, of: .messages, into: &text)
            do throws(JSONError) {
                root = try scanner.scan(text.span)
            } catch {
                throw APIError(.server, "The request could not be rewritten.")
            }
            let decoded = try ChatRequestDecoder.decode(root, surface: .chat)
            let tokens = PromptTokens(decoded.promptSize, in: text.span, room: Int.max)
            AnthropicTokenCount.write(tokens.likely, into: &exchange.content)
            exchange.respond(status: 200, contentType: "application/json")
        } catch {
            let error = preset?.explain(error) ?? error
            error.appendFields(to: &exchange.fields)
            exchange.content.clear()
            AnthropicErrorEnvelope.write(error, generation: nil, into: &exchange.content)
            exchange.respond(status: error.status, contentType: "application/json")
        }
    }

    private func readWhole(_ exchange: ServerExchange) async throws(APIError) -> RequestBody {
        do throws(BodyFailure) {
            return try await exchange.readBody()
        } catch {
            throw APIError(error, limit: state.settings.bodyBytes)
                ?? APIError(.invalidRequest, "The request broke off.")
        }
    }

    func scan(_ body: RequestBody) throws(APIError) -> JSONValue {
        do throws(JSONError) {
            return try scanner.scan(Span(_unsafeBytes: body.bytes))
        } catch {
            throw APIError(.invalidRequest, "The request body is not valid JSON: \(error).")
        }
    }
}
