package import Catalog
import Routing
import Telemetry

extension Configuration {
    /// Reads and checks a configuration: the file's text over the shipped catalogue, the environment and the defaults.
    /// - Throws: every problem found, together.
    package static func parse(_ source: ConfigurationSource) throws(ConfigurationErrors) -> Configuration {
        var reader = ConfigurationReader(
            interpolation: Interpolation(environment: source.environment, readFile: source.readFile),
            systemMemoryBytes: source.systemMemoryBytes)
        var values: [String: YAMLNode] = [:]
        if let text = source.text {
            do throws(ConfigurationProblem) {
                if let root = try YAMLParser.parse(text), !root.isNull {
                    values = reader.mapping(root, .configuration) ?? [:]
                }
            } catch {
                throw ConfigurationErrors(file: source.name, problems: [error])
            }
        }
        let catalog = CatalogBuilder.build(values, reader: &reader, source: source)
        var configuration = Configuration(
            limits: Limits(memoryBytes: max(source.systemMemoryBytes / 4, ConfigurationLimits.memoryBytes.lowerBound)),
            catalog: catalog ?? .empty)
        configuration.readServer(values, &reader)
        configuration.readWaits(values, &reader)
        configuration.readLimits(values["limits"], &reader)
        configuration.budgets = reader.budgets(values["budgets"])
        configuration.freeVariants = reader.freeVariants(values["free_variants"])
        configuration.ownKeys = reader.ownKeys(values["byok"])
        configuration.records = reader.records(values["records"])
        configuration.fetchImages = reader.fetchImages(values["fetch_images"])
        configuration.presets = reader.presets(values["presets"], in: catalog)
        configuration.keys = reader.fixedKeys(values["keys"])
        configuration.trustedProxies = reader.networks(values["trusted_proxies"], "trusted_proxies") ?? []
        configuration.file = source.text == nil ? nil : source.name
        configuration.notes = reader.notes
        if !reader.problems.isEmpty {
            let sorted = reader.problems.enumerated().sorted {
                ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
            }
            throw ConfigurationErrors(file: source.name, problems: sorted.map(\.element))
        }
        return configuration
    }

    private mutating func readServer(_ values: [String: YAMLNode], _ reader: inout ConfigurationReader) {
        if let node = values["listen"], let text = reader.text(node, "listen") {
            if let address = ListenAddress(text) {
                listen = address
            } else {
                reader.report(
                    node.line, "listen must be an IP address and a port, such as 127.0.0.1:8080\(reader.given(node))")
            }
        }
        if let node = values["data"], let text = reader.text(node, "data", maxBytes: 4096) {
            if text.isEmpty { reader.report(node.line, "data must name a directory") }
            dataDirectory = text
        }
        if let node = values["workers"], reader.text(node, "workers") != "auto" {
            workers = reader.integer(node, "workers", in: ConfigurationLimits.workers)
        }
        billing =
            reader.choice(
                values["billing"], "billing", among: Billing.allCases.map(\.rawValue), { Billing(rawValue: $0) })
            ?? billing
        if let value = reader.choice(
            values["durability"], "durability", among: Durability.allCases.map(\.rawValue), { Durability(rawValue: $0) }
        ) {
            durability = value
        }
        if let routing = values["routing"].flatMap({ reader.mapping($0, .routing) }) {
            algorithm =
                reader.choice(
                    routing["algorithm"], "algorithm", among: RoutingAlgorithm.allCases.map(\.rawValue),
                    { RoutingAlgorithm(rawValue: $0) }) ?? algorithm
        }
        readTLS(values["tls"], &reader)
        if let log = values["log"].flatMap({ reader.mapping($0, .log) }) {
            let levels = LogLevel.allCases.map { "\($0.name)" }
            logLevel = reader.choice(log["level"], "level", among: levels, { LogLevel(name: $0) }) ?? logLevel
            logFormat =
                reader.choice(log["format"], "format", among: ["json", "text"], { LogFormat(name: $0) }) ?? logFormat
        }
    }

    private mutating func readTLS(_ node: YAMLNode?, _ reader: inout ConfigurationReader) {
        guard let node, let values = reader.mapping(node, .tls) else { return }
        guard let certificate = reader.text(values["certificate"], "certificate", maxBytes: 4096),
            let key = reader.text(values["key"], "key", maxBytes: 4096), !certificate.isEmpty, !key.isEmpty
        else {
            reader.report(node.line, "tls needs the paths of both a certificate and a key file")
            return
        }
        tls = TLSFiles(certificate: certificate, key: key)
    }

    private mutating func readWaits(_ values: [String: YAMLNode], _ reader: inout ConfigurationReader) {
        let defaults = Timeouts()
        if let waits = values["timeouts"].flatMap({ reader.mapping($0, .timeouts) }) {
            timeouts = Timeouts(
                requestHeadMs: reader.milliseconds(waits["request_head"], "request_head") ?? defaults.requestHeadMs,
                requestBodyMs: reader.milliseconds(waits["request_body"], "request_body") ?? defaults.requestBodyMs,
                keepAliveMs: reader.milliseconds(waits["keep_alive"], "keep_alive") ?? defaults.keepAliveMs,
                connectMs: reader.milliseconds(waits["connect"], "connect") ?? defaults.connectMs,
                firstByteMs: reader.milliseconds(waits["first_byte"], "first_byte") ?? defaults.firstByteMs,
                idleMs: reader.milliseconds(waits["idle"], "idle") ?? defaults.idleMs,
                totalMs: reader.milliseconds(waits["total"], "total") ?? defaults.totalMs,
                commentMs: reader.milliseconds(waits["comment"], "comment") ?? defaults.commentMs)
        }
        let range = 0...ConfigurationLimits.durationMs.upperBound
        drainMs = reader.milliseconds(values["drain"], "drain", in: range) ?? drainMs
        let delay = reader.milliseconds(values["drain_delay"], "drain_delay", in: range)
        drainDelayMs = delay ?? min(drainDelayMs, drainMs)
        if drainDelayMs > drainMs {
            reader.report(values["drain_delay"]?.line, "drain_delay is a part of drain and cannot be longer")
        }
    }

    private mutating func readLimits(_ node: YAMLNode?, _ reader: inout ConfigurationReader) {
        guard let node, let values = reader.mapping(node, .limits) else { return }
        limits.bodyBytes =
            reader.bytes(values["body"], "body", in: ConfigurationLimits.bodyBytes) ?? limits.bodyBytes
        limits.headBytes =
            reader.bytes(values["head"], "head", in: ConfigurationLimits.headBytes) ?? limits.headBytes
        limits.connections =
            reader.integer(values["connections"], "connections", in: ConfigurationLimits.connections)
            ?? limits.connections
        limits.memoryBytes =
            reader.bytes(values["memory"], "memory", in: ConfigurationLimits.memoryBytes) ?? limits.memoryBytes
        if limits.bodyBytes > limits.memoryBytes, values["body"] != nil || values["memory"] != nil {
            reader.report(node.line, "limits: body is larger than memory, so that no such body could ever be taken")
        }
    }
}

extension ModelCatalog {
    /// Without providers or models.
    package static let empty: ModelCatalog = {
        // Nothing can be wrong with nothing.
        guard let catalog = try? ModelCatalog(providers: [], models: []) else { preconditionFailure() }
        return catalog
    }()
}
