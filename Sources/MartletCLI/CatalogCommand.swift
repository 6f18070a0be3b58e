import Buffers
import Configuration
import JSONText
import MartletServer
import Telemetry

/// `martlet catalog`: checks the catalogue's files, or refreshes them.
struct CatalogCommand: Sendable {
    private let arguments: ParsedArguments
    private let console: Console
    /// `YYYY-MM-DD`
    private let today: String

    init(_ arguments: ParsedArguments, nowMs: Int64, _ console: Console) throws(UsageError) {
        self.arguments = arguments
        self.console = console
        today = String(UTCTime.text(ms: nowMs).prefix(10))
    }

    func run() throws(UsageError) -> Int32 {
        if arguments.action == "import" { return try CatalogImport(arguments, today: today, console).run() }
        return check()
    }

    private func check() -> Int32 {
        let check = CatalogueCheck(directory: arguments.operands.first, today: today, readFile: TextFile.read)
        console.out(arguments.has(.json) ? json(check) : text(check))
        return check.errorCount > 0 ? ExitCode.failed : ExitCode.done
    }

    private func text(_ check: CatalogueCheck) -> String {
        var result = ""
        for finding in check.findings {
            result += "\(finding.level == .error ? "ERROR  " : "warning") \(TerminalText.line(finding.text))\n"
        }
        let warnings = check.findings.count - check.errorCount
        return result
            + "\(check.providerCount) providers, \(check.modelCount) models, \(check.endpointCount) endpoints: "
            + "\(check.errorCount) errors, \(warnings) warnings.\n"
    }

    private func json(_ check: CatalogueCheck) -> String {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("ok", check.errorCount == 0)
                json.member("providers", check.providerCount)
                json.member("models", check.modelCount)
                json.member("endpoints", check.endpointCount)
                json.memberArray("findings") { json in
                    for finding in check.findings {
                        json.object { json in
                            json.member("level", finding.level.rawValue)
                            json.member("message", finding.text)
                        }
                    }
                }
            }
        }
        return TerminalText.clean(buffer.text) + "\n"
    }
}

extension VerbAction {
    static let catalog = [
        VerbAction(
            name: "check", summary: "Check the files: names, limits, prices. Exits with 1 where something is wrong.",
            operands: [Verb.Operand(name: "DIR", isRequired: false)], flags: [.json, .help]),
        VerbAction(
            name: "import",
            summary: "Refresh the files from litellm, models.dev, genai-prices or OpenRouter, and show what changes.",
            operands: [Verb.Operand(name: "FILE", isRequired: true)],
            flags: [.source, .catalogue, .accept, .dryRun, .help]),
    ]
}
