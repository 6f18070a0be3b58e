import HTTPWire

/// `martlet backup`: a copy of a running server's database.
struct BackupCommand: Sendable {
    private let options: ServerOptions
    private let path: String
    private let replaces: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .backup, console.environment, key: .management)
        path = arguments.operands[0]
        replaces = arguments.has(.force)
        self.console = console
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            let file = try DownloadFile(path, replaces: replaces)
            try await client.download(.post, "/backup") { piece throws(CallFailure) in try file.append(piece) }
            try file.finish()
            console.out("\(TerminalText.line(path)): \(file.count) bytes\n")
        }
    }
}
