import Buffers
import CatalogueImport
import Configuration
import JSONText
import LitellmImport

/// `martlet import litellm`: the configuration of a LiteLLM proxy as one of ours.
struct ImportCommand: Sendable {
    private let path: String
    private let output: String?
    private let replaces: Bool
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        path = arguments.operands[0]
        output = arguments.value(.output)
        replaces = arguments.has(.force)
        wantsJSON = arguments.has(.json)
        self.console = console
        if wantsJSON, output == nil {
            throw UsageError(verb: .import, action: arguments.action, message: "--json needs -o FILE")
        }
    }

    func run() -> Int32 {
        do throws(CallFailure) {
            let source = try SmallFile.read(path, atMost: CLILimits.importedBytes)
            let result = try read(source)
            if let output { try write(result.text(showsSecrets: true), to: output) }
            let problems = result.problems(environment: console.environment)
            if wantsJSON {
                console.out(json(result, problems))
            } else {
                // What is no configuration must not get into a file that standard output is sent to.
                let say = output == nil ? console.err : console.out
                say(report(result, problems))
                if output == nil { console.out(result.text(showsSecrets: false)) }
            }
            return problems.isEmpty ? ExitCode.done : ExitCode.failed
        } catch {
            console.complain(error.sentence)
            return ExitCode.failed
        }
    }

    private func read(_ source: String) throws(CallFailure) -> LitellmImport {
        let document: CatalogueDocument
        do throws(CatalogueDocument.Malformed) {
            document = try CatalogueDocument(
                providers: ShippedCatalogue.providersText, models: ShippedCatalogue.modelsText)
        } catch {
            throw CallFailure("The catalogue inside this program \(error.message).")
        }
        do throws(ConfigurationProblem) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return try LitellmImport(source, name: name, catalogue: KnownCatalogue(document))
        } catch {
            let place = error.line.map { "\(path):\($0)" } ?? path
            throw CallFailure("\(place) \(error.message).")
        }
    }

    private func write(_ text: String, to output: String) throws(CallFailure) {
        let file = try DownloadFile(output, replaces: replaces)
        var text = text
        let failure = text.withUTF8 { bytes -> CallFailure? in
            do throws(CallFailure) {
                try file.append(UnsafeRawBufferPointer(bytes))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        try file.finish()
    }

    // MARK: Report

    private func report(_ result: LitellmImport, _ problems: [ConfigurationProblem]) -> String {
        var text = ""
        for remark in result.remarks {
            text += "\(path):\(remark.line): \(remark.kind.rawValue): \(remark.path): \(remark.reason)\n"
        }
        for problem in problems {
            let place =
                problem.line.map { "\(output ?? "line ")\(output == nil ? "" : ":")\($0)" } ?? output ?? "result"
            text += "ERROR \(place): \(problem.message)\n"
        }
        if result.literalSecretCount > 0 {
            text +=
                output.map {
                    "WARNING: \($0) holds \(counted(result.literalSecretCount, "key")) in plain; only you can read it. "
                        + "Better name variables: ${NAME}.\n"
                }
                ?? "WARNING: \(path) holds keys in plain, which are not shown. Set these variables to them, or write a "
                + "file with -o: \(result.secretVariables.joined(separator: ", "))\n"
        }
        if !result.variables.isEmpty { text += "Variables it needs: \(result.variables.joined(separator: ", "))\n" }
        func count(_ kind: ImportRemark.Kind) -> Int { result.remarks.count { $0.kind == kind } }
        text +=
            "\(counted(result.modelCount, "model")) with \(counted(result.endpointCount, "endpoint")) at "
            + "\(counted(result.providerCount, "provider")); \(count(.dropped)) dropped, \(count(.changed)) changed.\n"
        if let output { text += "Wrote \(output). Check it with: martlet doctor --config \(output)\n" }
        return text.split(separator: "\n").map { TerminalText.line(String($0)) + "\n" }.joined()
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func json(_ result: LitellmImport, _ problems: [ConfigurationProblem]) -> String {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("ok", problems.isEmpty)
                json.member("output", output ?? "")
                json.member("providers", result.providerCount)
                json.member("models", result.modelCount)
                json.member("endpoints", result.endpointCount)
                json.member("literal_secrets", result.literalSecretCount)
                json.memberArray("variables") { json in
                    for name in result.variables { json.string(name) }
                }
                json.memberArray("remarks") { json in
                    for remark in result.remarks {
                        json.object { json in
                            json.member("kind", remark.kind.rawValue)
                            json.member("line", remark.line)
                            json.member("path", remark.path)
                            json.member("reason", remark.reason)
                        }
                    }
                }
                json.memberArray("problems") { json in
                    for problem in problems {
                        json.object { json in
                            json.member("line", problem.line ?? 0)
                            json.member("message", problem.message)
                        }
                    }
                }
            }
        }
        return TerminalText.clean(buffer.text) + "\n"
    }
}
