import HTTPClient
import Reactor

/// `martlet chat`: one question, its answer as it comes, and a line about it.
struct ChatCommand: Sendable {
    private let options: ServerOptions
    private let model: String?
    private let prompt: String
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .chat, console.environment)
        model = arguments.value(.model)
        prompt = arguments.operands[0]
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            let exchange = client.exchange()
            defer { exchange.release() }
            if console.ownsProcess { Interruption.install(on: client.loop) { exchange.abort() } }
            let prompt = try readPrompt()
            guard wantsJSON else { return try await stream(prompt, client, exchange, client.loop) }
            try await client.postChat(ChatRequest.body(prompt: prompt, model: model, isStream: false), on: exchange)
            let answer = try await client.wholeBody(of: exchange)
            console.out(TerminalText.clean(String(decoding: answer, as: UTF8.self)) + "\n")
        }
    }

    private func readPrompt() throws(CallFailure) -> String {
        if prompt != "-" { return prompt }
        let text = try SmallFile.readAll(0, "standard input", atMost: CLILimits.promptBytes)
        if text.isEmpty { throw CallFailure("Standard input holds no prompt.") }
        return text
    }

    private func stream(
        _ prompt: String, _ client: APIClient, _ exchange: ClientExchange, _ loop: EventLoop
    ) async throws(CallFailure) {
        let started = loop.now
        var firstContent: UInt64?
        var endsLine = true
        var reader = ChatStreamReader()
        let show = { (text: String) in
            firstContent = firstContent ?? loop.now
            endsLine = text.hasSuffix("\n")
            console.out(text)
        }
        // Whatever follows the answer, an error or the summary, begins a line of its own.
        defer { if !endsLine { console.out("\n") } }
        try await client.postChat(ChatRequest.body(prompt: prompt, model: model, isStream: true), on: exchange)
        var isOver = false
        while !isOver, !reader.answer.isComplete {
            do throws(ClientFailure) {
                isOver = try await !exchange.more()
            } catch {
                throw client.failure(error)
            }
            try reader.take(&exchange.body, atEnd: isOver, show: show)
        }
        let answer = reader.answer
        if let error = answer.error { throw CallFailure(TerminalText.line(error)) }
        if !answer.isComplete { throw CallFailure("The answer broke off before its end.") }
        if !endsLine { console.out("\n") }
        endsLine = true
        let now = loop.now
        let summary = answer.summary(contentMs: now - (firstContent ?? now), totalMs: now - started)
        if !summary.isEmpty { console.out("\n\(summary)\n") }
    }
}
