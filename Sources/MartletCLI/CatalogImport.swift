import CatalogueImport
import MartletServer

/// `martlet catalog import`: refreshes the catalogue's files from a collection of open data.
struct CatalogImport: Sendable {
    private let source: CatalogueSource
    private let path: String
    private let directory: String
    private let accepts: Set<CatalogueRefresh.Acceptance>
    private let isDry: Bool
    private let today: String
    private let console: Console

    init(_ arguments: ParsedArguments, today: String, _ console: Console) throws(UsageError) {
        let action = VerbAction.named("import", of: .catalog)
        func wrong(_ message: String) -> UsageError {
            UsageError(verb: .catalog, action: action?.name, message: message)
        }
        let sources = CatalogueSource.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = arguments.value(.source) else { throw wrong("--from is needed: \(sources)") }
        guard let source = CatalogueSource(rawValue: name) else {
            throw wrong("--from must be one of \(sources), not \(TerminalText.clean(name))")
        }
        self.source = source
        path = arguments.operands[0]
        directory = arguments.value(.catalogue) ?? "catalog"
        var accepts: Set<CatalogueRefresh.Acceptance> = []
        for word in (arguments.value(.accept) ?? "").split(separator: ",") {
            if word == "all" {
                accepts = Set(CatalogueRefresh.Acceptance.allCases)
            } else if let kind = CatalogueRefresh.Acceptance(rawValue: String(word)) {
                accepts.insert(kind)
            } else {
                throw wrong("--accept takes prices, limits, removed and all, not \(TerminalText.clean(String(word)))")
            }
        }
        self.accepts = accepts
        isDry = arguments.has(.dryRun)
        self.today = today
        self.console = console
    }

    func run() -> Int32 {
        do throws(CallFailure) {
            let modelsPath = directory + "/models.json"
            let models = try SmallFile.read(modelsPath, atMost: CLILimits.catalogueBytes)
            let providers = try SmallFile.read(directory + "/providers.json", atMost: CLILimits.catalogueBytes)
            let text = try SmallFile.read(path, atMost: CLILimits.catalogueBytes)
            let refresh = try refresh(providers, models, text)
            for change in refresh.changes { console.out(TerminalText.line(change.line) + "\n") }
            let result = refresh.document.modelsText
            if result != models, !isDry { try ReplacedFile.write(result, to: modelsPath) }
            console.out(summary(refresh, isChanged: result != models))
            return ExitCode.done
        } catch {
            console.complain(error.sentence)
            return ExitCode.failed
        }
    }

    private func refresh(
        _ providers: String, _ models: String, _ text: String
    ) throws(CallFailure) -> CatalogueRefresh {
        let document: CatalogueDocument
        do throws(CatalogueDocument.Malformed) {
            document = try CatalogueDocument(providers: providers, models: models)
        } catch {
            throw CallFailure("The catalogue in \(directory) \(error.message).")
        }
        do throws(CatalogueDocument.Malformed) {
            return try CatalogueRefresh(document, from: source, text, accepts: accepts, today: today)
        } catch {
            throw CallFailure("\(path) \(error.message).")
        }
    }

    private func summary(_ refresh: CatalogueRefresh, isChanged: Bool) -> String {
        let differing = refresh.count(.differs)
        let share = refresh.changes.count { $0.kind == .differs && $0.field.hasPrefix("pricing.") }
        var text =
            "\(refresh.readCount) endpoints read, \(refresh.unknownCount) of models that are not in the catalogue. "
        text += "Added \(refresh.count(.added)), filled \(refresh.count(.filled)), changed \(refresh.count(.changed)), "
        text += "removed \(refresh.count(.removed)); kept \(differing) that differ and \(refresh.count(.ended)) past "
        text += "their end. Of \(refresh.comparedCount) prices, \(share) differ by more than 2 %.\n"
        if !isChanged { return text + "Nothing to write.\n" }
        return text + (isDry ? "Nothing written (--dry-run).\n" : "Wrote \(directory)/models.json.\n")
    }
}

extension Flag {
    static let source = Flag(
        "--from", value: "SOURCE", "What FILE is: litellm, models.dev, genai-prices or openrouter.")
    static let catalogue = Flag("--catalog", value: "DIR", "The catalogue's directory. Default: catalog.")
    static let accept = Flag(
        "--accept", value: "KINDS", "Take the source's prices, limits, removed (with commas between them) or all.")
    static let dryRun = Flag("--dry-run", "Only show what would change.")
}
