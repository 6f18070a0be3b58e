import Buffers
import Configuration
import JSONText
import Simulation
import Telemetry

/// `martlet simulate`: plays a scenario with the router's own planner and health, and with simpler policies.
struct SimulateCommand: Sendable {
    private let path: String
    private let svg: String?
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) {
        path = arguments.operands.first ?? ""
        svg = arguments.value(.svg)
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        do throws(CallFailure) {
            let text = try SmallFile.read(path, atMost: ConfigurationLimits.fileBytes)
            let scenario: Scenario
            do throws(ConfigurationErrors) {
                scenario = try Scenario.parse(text, name: path)
            } catch {
                console.err("\(TerminalText.clean("\(error)"))\n")
                return ExitCode.failed
            }
            let began = WallClock.system.unixMs()
            let results = ParallelRuns.results(of: scenario)
            let elapsedMs = max(1, WallClock.system.unixMs() - began)
            let report = SimulationReport(scenario, results)
            if let svg { try ReplacedFile.write(SimulationPlot.svg(report), to: svg) }
            console.out(wantsJSON ? json(report) : table(report, requests: Self.count(results), elapsedMs))
            return ExitCode.done
        } catch {
            console.complain(error.sentence)
            return ExitCode.failed
        }
    }

    private static func count(_ results: [PolicyResult]) -> Int { results.reduce(0) { $0 + $1.requests } }

    // MARK: Text

    private func table(_ report: SimulationReport, requests: Int, _ elapsedMs: Int64) -> String {
        var table = TextTable([
            ("POLICY", .left), ("REQUESTS", .right), ("SUCCESS", .right), ("FAILOVERS", .right), ("DRIPS", .right),
            ("TTFT P50", .right), ("P99", .right), ("COST $", .right), ("VS ORACLE", .right), ("PROBES", .right),
            ("RECOVERY", .right),
        ])
        for result in report.results {
            table.append([
                result.policy.rawValue, FigureText.grouped(result.requests), FigureText.percent(result.successRate),
                FigureText.grouped(result.failovers), FigureText.grouped(result.dripped),
                Self.milliseconds(result.ttftMsP50), Self.milliseconds(result.ttftMsP99),
                FigureText.decimal(result.cost, places: result.cost < 10 ? 4 : 2),
                report.costRatio(result).map { FigureText.decimal($0, places: 3) } ?? "-",
                "\(result.probeConcurrencyMax)", result.recoveryMs.map { "\($0 / 1_000) s" } ?? "-",
            ])
        }
        let title = report.scenario.title.isEmpty ? "" : TerminalText.line(report.scenario.title) + "\n\n"
        let speed = Int(Double(requests) * 1_000 / Double(elapsedMs))
        return title + table.text
            + "\n\(FigureText.grouped(requests)) requests simulated in \(FigureText.decimal(Double(elapsedMs) / 1_000, places: 1)) s"
            + ": \(FigureText.grouped(speed)) requests/s.\n"
    }

    private static func milliseconds(_ value: Double?) -> String {
        value.map { FigureText.decimal($0, places: 0) + " ms" } ?? "-"
    }

    // MARK: JSON

    private func json(_ report: SimulationReport) -> String {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("scenario", path)
                json.member("title", report.scenario.title)
                json.member("seed", Int64(bitPattern: report.scenario.seed))
                json.member("duration_s", Double(report.scenario.durationMs) / 1_000)
                json.memberObject("policies") { json in
                    for result in report.results {
                        json.key(text: result.policy.rawValue)
                        json.object { json in Self.write(result, of: report, &json) }
                    }
                }
            }
        }
        return TerminalText.clean(buffer.text) + "\n"
    }

    private static func write(_ result: PolicyResult, of report: SimulationReport, _ json: inout JSONWriter) {
        json.member("requests", result.requests)
        json.member("success_rate", result.successRate)
        json.member("failovers", result.failovers)
        json.member("attempts", result.attempts)
        json.member("drips", result.dripped)
        write("ttft_ms_p50", result.ttftMsP50, &json)
        write("ttft_ms_p99", result.ttftMsP99, &json)
        write("total_ms_p99", result.totalMsP99, &json)
        json.member("cost_usd", nanos: result.nanos)
        write("cost_vs_oracle", report.costRatio(result), &json)
        json.member("max_probe_concurrency", result.probeConcurrencyMax)
        write("recovery_s", result.recoveryMs.map { Double($0) / 1_000 }, &json)
        json.memberObject("answers") { json in
            for (provider, answers) in zip(report.scenario.providers, result.answersByProvider) {
                json.key(text: provider.slug)
                json.integer(answers)
            }
        }
    }

    private static func write(_ name: StaticString, _ value: Double?, _ json: inout JSONWriter) {
        if let value { json.member(name, value) } else { json.memberNull(name) }
    }
}

extension Flag {
    static let svg = Flag("--svg", value: "FILE", "Write a picture of it: who answered over time, success and cost.")
}
