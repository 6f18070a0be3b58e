import HTTPWire

/// `martlet export`: everything that is recorded, as lines that other programs read.
struct ExportCommand: Sendable {
    private let options: ServerOptions
    private let path: String
    private let output: String?
    private let replaces: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .export, console.environment, key: .management)
        let format = arguments.value(.format) ?? "jsonl"
        guard format == "jsonl" || format == "csv" else {
            throw UsageError(verb: .export, action: arguments.action, message: "--format is jsonl or csv")
        }
        var path = "/export/\(arguments.action)?format=\(format)"
        for (name, flag) in [("from", Flag.from), ("to", Flag.to)] {
            if let value = arguments.value(flag) { path += "&\(name)=\(PathText.escape(value))" }
        }
        self.path = path
        output = arguments.value(.output)
        replaces = arguments.has(.force)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            guard let output else {
                return try await client.download(.get, path) { piece in console.outBytes(piece) }
            }
            let file = try DownloadFile(output, replaces: replaces)
            try await client.download(.get, path) { piece throws(CallFailure) in try file.append(piece) }
            try file.finish()
        }
    }
}
