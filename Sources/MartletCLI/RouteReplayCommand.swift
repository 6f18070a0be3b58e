import HTTPWire
import JSONText

/// `martlet route replay`: why a generation went where it went, from its record, and where another sort had sent it.
struct RouteReplayCommand: Sendable {
    private let options: ServerOptions
    private let path: String
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .route, console.environment)
        var path = "/generation/decision?id=" + PathText.escape(arguments.operands[0])
        if let sort = arguments.value(.sort) { path += "&sort=" + PathText.escape(sort) }
        self.path = path
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            let answer = try await client.get(path)
            console.out(
                wantsJSON ? TerminalText.clean(String(decoding: answer, as: UTF8.self)) + "\n" : try text(answer))
        }
    }

    private func text(_ answer: [UInt8]) throws(CallFailure) -> String {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let data = (try? scanner.scan(copying: answer.span))?["data"], let candidates = data["candidates"] else {
            throw CallFailure("The answer is not understood: is \(options.address.text) the API of a martlet?")
        }
        var text = "\(TerminalText.line(data["generation_id"]?.string ?? "")) of \(data["created_at"]?.string ?? "-"), "
        if let sort = data["sort"]?.string {
            text += "sorted by \(sort), prompt of about \(data["prompt_tokens"]?["likely"]?.integer ?? 0) tokens.\n\n"
        } else {
            text += "which had one endpoint to go to.\n\n"
        }
        text += RouteTables.candidates(candidates)
        if let rejected = data["rejected"], rejected.count > 0 { text += "\n" + RouteTables.rejections(rejected) }
        if let attempts = data["attempts"], attempts.count > 0 { text += "\n" + RouteTables.attempts(attempts) }
        if let replay = data["replay"], let order = replay["candidates"] {
            text += "\nSorted by \(replay["sort"]?.string ?? "-") instead, the first would have been "
            text += replay["is_changed"]?.bool == true ? "another:\n\n" : "the same:\n\n"
            text += RouteTables.replayed(order)
        }
        return text
    }
}
