import Configuration
import MartletServer
import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `martlet doctor`: looks at everything that keeps a router from working, and says how to mend it.
struct DoctorCommand: Sendable {
    private let options: ServeOptions
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {
        options = try ServeCommand(arguments, of: .doctor).options
        wantsJSON = arguments.has(.json)
        self.console = console
    }

    func run() -> Int32 {
        var list = FindingList()
        do throws(ConfigurationErrors) {
            var loader = ConfigurationLoader(options)
            let configuration = try loader.load(version: 1)
            let canRead = { (file: String) in access(file, R_OK) == 0 }
            list.add(findings(ConfigurationReport(configuration, canRead: canRead)))
            list.add(TLSCheck.findings(configuration.tls, canRead: canRead))
            list.add(EnvironmentCheck.findings(console.environment))
            let data = DataDirectoryCheck(configuration.dataDirectory)
            list.add(data.findings)
            list.add([ListenCheck.finding(configuration.listen, routerIsRunning: data.isInUse)])
            list.add(LimitsCheck.findings(configuration.limits))
            list.add(
                CommandLoop.run { loop in
                    await ProviderCheck.findings(configuration.catalog, loop, console.environment)
                })
        } catch {
            list.add(findings(ConfigurationReport(error)))
            list.add(EnvironmentCheck.findings(console.environment))
        }
        console.out(wantsJSON ? list.json : list.text)
        return list.hasErrors ? ExitCode.failed : ExitCode.done
    }

    private func findings(_ report: ConfigurationReport) -> [Finding] {
        report.lines.map { line in
            let level: Finding.Level =
                switch line.level {
                case .ok: .ok
                case .warning: .warning
                case .error: .error
                }
            return Finding("configuration", level, line.text)
        }
    }
}
