import Buffers
import HTTPWire
import JSONText

/// `martlet route explain`: what a running server would do with a request, and why.
struct RouteCommand: Sendable {
    private let options: ServerOptions
    private let body: [UInt8]
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .route, console.environment)
        let promptTokens = try Self.count(arguments, .promptTokens)
        let maxTokens = try Self.count(arguments, .maxTokens)
        var provider: JSONValue?
        // Keeps the scanned value alive.
        let scanner = JSONScanner()
        if let text = arguments.value(.provider) {
            guard let value = try? scanner.scan(copying: text.utf8Span.span), value.kind == .object else {
                throw UsageError(
                    verb: .route, action: arguments.action,
                    message: "--provider must be a JSON object such as {\"sort\": \"price\"}")
            }
            provider = value
        }
        let hasTools = arguments.has(.tools)
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("model", arguments.value(.model))
                json.member("prompt_tokens", promptTokens)
                json.member("max_tokens", maxTokens)
                json.member("provider", raw: provider)
                if hasTools {
                    json.key("tools")
                    json.raw(Self.tool)
                }
            }
        }
        body = Array(buffer.bytes)
        withExtendedLifetime(scanner) {}
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    /// Any tool does: only that there is one counts.
    private static let tool: StaticString =
        "[{\"type\":\"function\",\"function\":{\"name\":\"any\",\"parameters\":{\"type\":\"object\"}}}]"

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            let answer = try await client.request(.post, "/route/explain", body: body)
            console.out(
                wantsJSON ? TerminalText.clean(String(decoding: answer, as: UTF8.self)) + "\n" : try text(answer))
        }
    }

    private func text(_ answer: [UInt8]) throws(CallFailure) -> String {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let data = (try? scanner.scan(copying: answer.span))?["data"],
            let candidates = data["candidates"], let rejected = data["rejected"]
        else { throw CallFailure("The answer is not understood: is \(options.address.text) the API of a martlet?") }
        var text =
            "Strategy \(data["strategy"]?.string ?? "-"), algorithm \(data["algorithm"]?.string ?? "-"), prompt of about "
            + "\(data["prompt_tokens"]?["likely"]?.integer ?? 0) tokens.\n\n"
        text += candidates.count > 0 ? RouteTables.candidates(candidates) : "No endpoint may serve this request.\n"
        if rejected.count > 0 { text += "\n" + RouteTables.rejections(rejected) }
        if let message = data["error"]?["message"]?.string { text += "\n" + TerminalText.line(message) + "\n" }
        return text
    }

    private static func count(_ arguments: ParsedArguments, _ flag: Flag) throws(UsageError) -> Int? {
        guard let text = arguments.value(flag) else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw UsageError(
                verb: .route, action: arguments.action,
                message: "\(flag.name) must be a number of tokens, not \(TerminalText.clean(text))")
        }
        return value
    }
}

extension VerbAction {
    static let route = [
        VerbAction(
            name: "explain", summary: "Show which endpoints a request would be sent to, in which order, and why.",
            flags: [.model, .provider, .promptTokens, .maxTokens, .tools, .url, .keyFile, .json, .help]),
        VerbAction(
            name: "replay",
            summary: "Show why a past generation went where it went, and where another sort had sent it.",
            operands: [Verb.Operand(name: "GENERATION_ID", isRequired: true)],
            flags: [.sort, .url, .keyFile, .json, .help]),
    ]
}

extension Flag {
    static let provider = Flag(
        "--provider", value: "JSON", "The request's provider object, such as {\"sort\": \"price\"}.")
    static let sort = Flag(
        "--sort", value: "SORT",
        "Also show what this sort had made of it: price, throughput, latency, exacto, adaptive, default or configured.")
    static let promptTokens = Flag("--prompt-tokens", value: "N", "How long the prompt is. Default: 0.")
    static let maxTokens = Flag("--max-tokens", value: "N", "The request's max_tokens.")
    static let tools = Flag("--tools", "The request has tools.")
}
