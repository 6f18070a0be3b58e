import MartletServer
import Telemetry

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The `martlet` program.
package enum MartletCommand {
    /// Does what the process was told and ends it.
    package static func runAndExit() -> Never {
        exit(run(Array(CommandLine.arguments.dropFirst()), .system))
    }

    /// Does what the words say and returns the exit code.
    static func run(_ words: [String], _ console: Console) -> Int32 {
        do {
            return try dispatch(words, console)
        } catch {
            console.complain(error.message)
            let action = error.verb.flatMap { verb in error.action.flatMap { VerbAction.named($0, of: verb) } }
            let usage = error.verb.map { "Usage: \(HelpText.usage($0, action))" } ?? "Usage: martlet VERB [flags]"
            let name = [error.verb?.rawValue, action?.name].compactMap(\.self).joined(separator: " ")
            let help = name.isEmpty ? "martlet help" : "martlet \(name) --help"
            console.err("\(usage)\nSee: \(help)\n")
            return ExitCode.wrongUsage
        }
    }

    private static func dispatch(_ words: [String], _ console: Console) throws(UsageError) -> Int32 {
        guard let first = words.first else { throw UsageError(message: "say what to do") }
        switch first {
        case "--help", "-h":
            console.out(HelpText.overview)
            return ExitCode.done
        case "--version":
            guard words.count == 1 else { throw UsageError(message: "--version takes nothing else") }
            console.out("martlet \(MartletVersion.current)\n")
            return ExitCode.done
        default: break
        }
        guard let verb = Verb(rawValue: first) else {
            let kind = first.hasPrefix("-") ? "flag" : "verb"
            let names = Verb.allCases.map(\.rawValue) + ["--version", "--help"]
            let hint = NearestName.suggestion(for: first, among: names)
            throw UsageError(message: "there is no \(kind) \(TerminalText.clean(first))\(hint)")
        }
        var rest = words.dropFirst()
        let action = verb.actions.isEmpty ? nil : try VerbAction.take(from: &rest, of: verb)
        var arguments = try ArgumentParser(verb: verb, action: action).parse(Array(rest))
        arguments.action = action?.name ?? ""
        if arguments.has(.help) {
            console.out(HelpText.page(verb, action))
            return ExitCode.done
        }
        return try perform(verb, arguments, console)
    }

    private static func perform(
        _ verb: Verb, _ arguments: ParsedArguments, _ console: Console
    ) throws(UsageError) -> Int32 {
        switch verb {
        case .serve: return try ServeCommand(arguments).run()
        case .chat: return try ChatCommand(arguments, console).run()
        case .models: return try ModelsCommand(arguments, console).run()
        case .route:
            return arguments.action == "replay"
                ? try RouteReplayCommand(arguments, console).run() : try RouteCommand(arguments, console).run()
        case .simulate: return SimulateCommand(arguments, console).run()
        case .keys: return try KeysCommand(arguments, nowMs: WallClock.system.unixMs(), console).run()
        case .credits: return try CreditsCommand(arguments, console).run()
        case .export: return try ExportCommand(arguments, console).run()
        case .backup: return try BackupCommand(arguments, console).run()
        case .catalog: return try CatalogCommand(arguments, nowMs: WallClock.system.unixMs(), console).run()
        case .import: return try ImportCommand(arguments, console).run()
        case .doctor: return try DoctorCommand(arguments, console).run()
        case .help: return try help(arguments, console)
        }
    }

    private static func help(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) -> Int32 {
        guard let name = arguments.operands.first else {
            console.out(HelpText.overview)
            return ExitCode.done
        }
        guard let verb = Verb(rawValue: name) else {
            let hint = NearestName.suggestion(for: name, among: Verb.allCases.map(\.rawValue))
            throw UsageError(message: "there is no verb \(TerminalText.clean(name))\(hint)")
        }
        console.out(HelpText.page(verb))
        return ExitCode.done
    }
}
