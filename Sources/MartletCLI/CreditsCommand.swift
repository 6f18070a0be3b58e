import Accounting
import Buffers
import HTTPWire
import JSONText

/// `martlet credits`: shows the account of a running server and adds to its ledger.
struct CreditsCommand: Sendable {
    private enum Action: Sendable {
        case show
        case grant(Credits)
        case adjust(Credits)
        case refund(generation: String, Credits?)
        case ledger(query: String)
    }

    private let options: ServerOptions
    private let action: Action
    private let reason: String?
    private let idempotencyKey: String?
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .credits, console.environment, key: .management)
        let operands = arguments.operands
        switch arguments.action {
        case "grant": action = .grant(try Self.amount(operands[0], arguments.action))
        case "adjust": action = .adjust(try Self.amount(operands[0], arguments.action))
        case "refund":
            let amount = operands.count > 1 ? try Self.amount(operands[1], arguments.action) : nil
            action = .refund(generation: operands[0], amount)
        case "ledger": action = .ledger(query: Self.query(arguments))
        default: action = .show
        }
        reason = arguments.value(.reason)
        idempotencyKey = arguments.value(.idempotencyKey)
        if reason == nil, arguments.action == "adjust" || arguments.action == "refund" {
            throw UsageError(verb: .credits, action: arguments.action, message: "say why: --reason TEXT")
        }
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            console.out(try await perform(client) + "\n")
        }
    }

    private func perform(_ client: APIClient) async throws(CallFailure) -> String {
        switch action {
        case .show: return try show(try await client.request(.get, "/credits"))
        case .ledger(let query): return try list(try await client.request(.get, "/credits/ledger" + query))
        case .grant(let amount):
            return try told("Granted", try await client.request(.post, "/credits/grants", body: body(amount)))
        case .adjust(let amount):
            return try told("Adjusted by", try await client.request(.post, "/credits/adjustments", body: body(amount)))
        case .refund(let generation, let amount):
            return try told(
                "Refunded",
                try await client.request(.post, "/credits/adjustments", body: body(amount, generation: generation)))
        }
    }

    private func body(_ amount: Credits?, generation: String? = nil) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("amount", nanos: amount?.nanos)
                json.member("generation_id", generation)
                json.member("reason", reason)
                json.member("idempotency_key", idempotencyKey)
            }
        }
        return Array(buffer.bytes)
    }

    // MARK: Answers

    private func show(_ answer: [UInt8]) throws(CallFailure) -> String {
        try withData(answer) { data throws(CallFailure) in
            guard let credits = Self.money(data["total_credits"]), let usage = Self.money(data["total_usage"]) else {
                throw notUnderstood
            }
            var table = TextTable([("CREDITS $", .right), ("USED $", .right), ("LEFT $", .right)])
            table.append(["\(credits)", "\(usage)", "\(credits - usage)"])
            return String(table.text.dropLast())
        }
    }

    private func told(_ verb: String, _ answer: [UInt8]) throws(CallFailure) -> String {
        try withData(answer) { data throws(CallFailure) in
            guard let amount = Self.money(data["amount"]), let id = data["id"]?.integer else { throw notUnderstood }
            return "\(verb) $\(amount), row \(id) of the ledger."
        }
    }

    private func list(_ answer: [UInt8]) throws(CallFailure) -> String {
        try withData(answer) { data throws(CallFailure) in
            var table = TextTable([
                ("ROW", .right), ("WHEN", .left), ("KIND", .left), ("AMOUNT $", .right), ("REASON", .left),
                ("GENERATION", .left),
            ])
            for row in data.elements {
                guard let id = row["id"]?.integer, let amount = Self.money(row["amount"]) else { throw notUnderstood }
                table.append([
                    "\(id)", row["created_at"]?.string ?? "", row["kind"]?.string ?? "", "\(amount)",
                    row["reason"]?.string ?? "", row["generation_id"]?.string ?? "-",
                ])
            }
            return String(table.text.dropLast())
        }
    }

    private func withData(
        _ answer: [UInt8], _ body: (JSONValue) throws(CallFailure) -> String
    ) throws(CallFailure) -> String {
        if wantsJSON { return TerminalText.clean(String(decoding: answer, as: UTF8.self)) }
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let data = (try? scanner.scan(copying: answer.span))?["data"] else { throw notUnderstood }
        return try body(data)
    }

    private var notUnderstood: CallFailure {
        CallFailure("The answer is not understood: is \(options.address.text) the API of a martlet?")
    }

    /// A number of dollars, read from its text and so exactly.
    private static func money(_ value: JSONValue?) -> Credits? {
        guard let value, value.kind == .number else { return nil }
        var text = ByteBuffer()
        value.copyRaw(into: &text)
        return Credits(parsing: text.span)
    }

    // MARK: Arguments

    private static func amount(_ text: String, _ action: String) throws(UsageError) -> Credits {
        guard let amount = Credits(exactly: text), amount != .zero else {
            throw UsageError(
                verb: .credits, action: action,
                message: "\(TerminalText.clean(text)) is no amount of dollars; write one such as 12.50")
        }
        return amount
    }

    private static func query(_ arguments: ParsedArguments) -> String {
        let items = [("kind", Flag.kind), ("limit", Flag.limit), ("offset", Flag.offset)].compactMap { name, flag in
            arguments.value(flag).map { "\(name)=\(PathText.escape($0))" }
        }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }
}
