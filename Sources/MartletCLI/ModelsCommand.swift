import Buffers
import JSONText

/// `martlet models`: what a running server offers.
struct ModelsCommand: Sendable {
    private let options: ServerOptions
    private let query: String?
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .models, console.environment)
        query = arguments.operands.first
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            // The server leaves out what answers with other things than text, unless asked.
            let answer = try await client.get("/models?output_modalities=all")
            if wantsJSON { return console.out(try json(answer) + "\n") }
            var rows = try rows(answer)
            if rows.isEmpty {
                throw CallFailure(query.map { "no model matches \($0)" } ?? "the server has no models")
            }
            if rows.count <= CLILimits.modelsWithProviders {
                for index in rows.indices { try? await addProviders(to: &rows[index], client) }
            }
            console.out(ModelTable.text(rows))
        }
    }

    private func rows(_ answer: [UInt8]) throws(CallFailure) -> [ModelRow] {
        try withList(answer) { list in
            list.elements.compactMap { ModelRow($0) }.filter { row in query.map { row.matches($0) } ?? true }
        }
    }

    /// The matching entries exactly as the server sent them.
    private func json(_ answer: [UInt8]) throws(CallFailure) -> String {
        try withList(answer) { list in
            var buffer = ByteBuffer()
            buffer.appendJSON { json in
                json.object { json in
                    json.memberArray("data") { json in
                        for element in list.elements {
                            guard let row = ModelRow(element), query.map({ row.matches($0) }) ?? true else { continue }
                            json.raw(element)
                        }
                    }
                }
            }
            return TerminalText.clean(buffer.text)
        }
    }

    private func addProviders(to row: inout ModelRow, _ client: APIClient) async throws(CallFailure) {
        let answer = try await client.get("/models/\(PathText.escape(row.id))/endpoints")
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let endpoints = (try? scanner.scan(copying: answer.span))?["data"]?["endpoints"] else {
            throw CallFailure("The server's list of endpoints is not the expected JSON.")
        }
        for endpoint in endpoints.elements {
            guard let name = endpoint["provider_name"]?.string else { continue }
            // The status of an endpoint that cannot be called for want of a key: docs/catalogue.md.
            row.note(provider: name, isCallable: endpoint["status"]?.integer != -1)
        }
    }

    private func withList<Result>(_ answer: [UInt8], _ body: (JSONValue) -> Result) throws(CallFailure) -> Result {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let list = (try? scanner.scan(copying: answer.span))?["data"], list.isArray else {
            throw CallFailure("The answer is no list of models: is \(options.address.text) the API of a martlet?")
        }
        return body(list)
    }
}
