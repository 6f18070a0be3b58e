import Catalog
import Dialects

/// What `martlet doctor` can say about a configuration without the network: a sentence per fact, good or bad.
package struct ConfigurationReport: Sendable, Equatable {
    package enum Level: String, Sendable {
        case ok, warning, error
    }

    package struct Line: Sendable, Equatable {
        package let level: Level
        package let text: String
    }

    package private(set) var lines: [Line] = []

    package var hasErrors: Bool { lines.contains { $0.level == .error } }

    /// A configuration that could not be read.
    package init(_ errors: ConfigurationErrors) {
        for problem in errors.problems {
            let place = problem.line.map { "\(errors.file):\($0)" } ?? errors.file
            say(.error, "\(place): \(problem.message)")
        }
    }

    /// A configuration that holds together.
    /// - Parameter canRead: whether a file can be read, for the files the configuration names.
    package init(_ configuration: Configuration, canRead: (String) -> Bool) {
        say(.ok, configuration.file.map { "\($0) is valid" } ?? "no configuration file: defaults and environment apply")
        reportServer(configuration, canRead: canRead)
        for provider in configuration.catalog.providers { report(provider, in: configuration.catalog) }
        reportModels(configuration.catalog)
        if !configuration.presets.isEmpty { say(.ok, counted(configuration.presets.count, "preset")) }
        for note in configuration.notes {
            let place = note.line.flatMap { line in configuration.file.map { "\($0):\(line): " } } ?? ""
            say(.warning, place + note.message)
        }
    }

    private mutating func say(_ level: Level, _ text: String) {
        lines.append(Line(level: level, text: text))
    }

    private mutating func reportServer(_ configuration: Configuration, canRead: (String) -> Bool) {
        if let tls = configuration.tls {
            for file in [tls.certificate, tls.key] where !canRead(file) {
                say(.error, "the TLS file \(file) cannot be read")
            }
        } else if !configuration.listen.isLoopback {
            say(
                .warning,
                "it listens on \(configuration.listen) without TLS: keys and prompts cross the network in "
                    + "the clear unless a proxy in front ends TLS")
        }
        if !configuration.listen.isLoopback {
            say(
                .warning,
                "it listens on \(configuration.listen), and everybody who reaches that may read /metrics, /ready, "
                    + "/health and / without a key; keep these paths from the public with a proxy or a firewall")
        }
        if configuration.keys.isEmpty {
            say(.ok, "no fixed keys: the first start with an empty database prints one")
        } else {
            say(.ok, "\(counted(configuration.keys.count, "fixed key"))")
        }
    }

    private mutating func report(_ provider: ProviderEntry, in catalog: ModelCatalog) {
        let served = catalog.models.count { model in model.endpoints.contains { $0.provider === provider } }
        let key = Self.openers(provider)
        say(
            served == 0 ? .warning : .ok,
            "provider \(provider.slug): \(provider.baseURL.origin)\(provider.baseURL.pathPrefix), \(key), serves "
                + counted(served, "model"))
        if !provider.baseURL.isSecure, provider.keys.contains(where: { $0.use == .sent }),
            !Self.isLocal(provider.baseURL.host)
        {
            say(.warning, "provider \(provider.slug): its key crosses the network in the clear (http://)")
        }
    }

    /// What opens it.
    private static func openers(_ provider: ProviderEntry) -> String {
        guard let first = provider.keys.first else { return "no key" }
        switch first.use {
        case .sent: return "a key"
        case .exchanged(let account): return "the service account \(account.email)"
        case .signing(let access): return "access keys for \(access.region)"
        }
    }

    private mutating func reportModels(_ catalog: ModelCatalog) {
        let callable = catalog.models.count(where: \.isCallable)
        if callable > 0 { say(.ok, counted(callable, "model")) }
        if callable < catalog.models.count {
            say(.ok, "\(counted(catalog.models.count - callable, "model")) more listed whose providers have no key")
        }
        for model in catalog.models where model.contextLength == nil {
            say(.warning, "model \(model.slug): its context_length is unknown, so no prompt is held against it")
        }
        if let model = catalog.defaultModel { say(.ok, "requests without a model go to \(model.slug)") }
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1" || host.hasPrefix("10.")
            || host.hasPrefix("192.168.")
    }
}
