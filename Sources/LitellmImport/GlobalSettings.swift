import Configuration

/// What stands outside `model_list`, understood.
struct GlobalSettings {
    /// Of `routing: {algorithm}`; nil for the default.
    var algorithm: String?
    var totalTimeout: String?
    var firstByteTimeout: String?
    var masterKey: ImportedValue?
    var keepRecords: String?
    var defaultModel: YAMLNode?
    var budget: (period: String, amount: String)?
    var concurrency: YAMLNode?
    /// Model names by alias, with the alias's line.
    var aliases: [(alias: String, model: String, line: Int)] = []
    /// Fallbacks by model name, in the order in which they are tried.
    var fallbacks: [(model: String, others: [String], line: Int, path: String)] = []
    var defaultFallbacks: (names: [String], line: Int)?
}

/// Reads `litellm_settings`, `router_settings` and `general_settings`.
struct GlobalReader {
    let environment: [String: String]
    let log: ImportLog
    private(set) var settings = GlobalSettings()

    init(environment: [String: String], log: ImportLog) {
        self.environment = environment
        self.log = log
    }

    mutating func read(_ root: SourceMapping) {
        let library = SourceMapping(root.take("litellm_settings")?.value, path: "litellm_settings")
        let router = SourceMapping(root.take("router_settings")?.value, path: "router_settings")
        let general = SourceMapping(root.take("general_settings")?.value, path: "general_settings")
        readRouting(router)
        readTimeouts(library, router)
        // `fallbacks` are for every failure, the others for failures that `fallbacks` are for here as well.
        for key in ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"] {
            for section in [router, library] { readFallbacks(section, key) }
        }
        for section in [router, library] { readDefaultFallbacks(section) }
        readBudget(library)
        readGeneral(general)
        log.dropRest(of: library, DroppedSettings.litellm)
        log.dropRest(of: router, DroppedSettings.router)
        log.dropRest(of: general, DroppedSettings.general)
    }

    // MARK: Routing

    private mutating func readRouting(_ router: SourceMapping) {
        if let entry = router.take("routing_strategy"), let name = entry.value.scalar {
            let path = router.path + ".routing_strategy"
            switch name {
            case "simple-shuffle": break
            case "cost-based-routing":
                settings.algorithm = "adaptive"
                log.changed(entry.line, path, "routing: {algorithm: adaptive}, the cheapest by price and success")
            case "latency-based-routing":
                log.changed(
                    entry.line, path,
                    "the default algorithm weighs by price; ask for :nitro or provider.sort latency in the request")
            case "least-busy", "usage-based-routing", "usage-based-routing-v2":
                log.changed(
                    entry.line, path,
                    "the default algorithm draws by weight and price and skips endpoints whose limits are used up")
            default: log.dropped(entry.line, path, "no such strategy is known")
            }
        }
        guard let aliases = router.take("model_group_alias") else { return }
        for entry in SourceMapping(aliases.value, path: "").all {
            let target = entry.value.scalar ?? SourceMapping(entry.value, path: "").take("model")?.value.scalar
            if let target {
                settings.aliases.append((entry.key, target, entry.line))
            } else {
                log.dropped(entry.line, "\(router.path).model_group_alias.\(entry.key)", "it names no model")
            }
        }
    }

    private mutating func readTimeouts(_ library: SourceMapping, _ router: SourceMapping) {
        for entry in [router.take("timeout"), library.take("request_timeout")] {
            guard let entry, let seconds = entry.value.number else { continue }
            if settings.totalTimeout == nil { settings.totalTimeout = DeploymentReader.duration(seconds) }
        }
        if let seconds = router.take("stream_timeout")?.value.number {
            settings.firstByteTimeout = DeploymentReader.duration(seconds)
        }
    }

    // MARK: Fallbacks

    private mutating func readFallbacks(_ section: SourceMapping, _ key: String) {
        guard let entry = section.take(key) else { return }
        let path = "\(section.path).\(key)"
        if key != "fallbacks" {
            log.changed(entry.line, path, "they are tried on every failure, after those of fallbacks")
        }
        for item in entry.value.items {
            for pair in SourceMapping(item, path: path).all {
                let others = names(pair.value, path: "\(path).\(pair.key)")
                if pair.key == "*" {
                    addDefault(others, pair.line)
                } else {
                    settings.fallbacks.append((pair.key, others, pair.line, "\(path).\(pair.key)"))
                }
            }
        }
    }

    private mutating func readDefaultFallbacks(_ section: SourceMapping) {
        guard let entry = section.take("default_fallbacks") else { return }
        addDefault(names(entry.value, path: section.path + ".default_fallbacks"), entry.line)
    }

    private mutating func addDefault(_ names: [String], _ line: Int) {
        let known = settings.defaultFallbacks
        settings.defaultFallbacks = ((known?.names ?? []) + names, known?.line ?? line)
    }

    /// Names of models; one that brings its own parameters is its name alone.
    private func names(_ node: YAMLNode, path: String) -> [String] {
        let items = node.scalar == nil ? node.items : [node]
        return items.compactMap { item in
            if let name = item.scalar { return name }
            guard let name = SourceMapping(item, path: "").take("model")?.value.scalar else { return nil }
            log.changed(item.line, path, "\(name) is asked with the request as it is, without parameters of its own")
            return name
        }
    }

    // MARK: The rest

    private mutating func readBudget(_ library: SourceMapping) {
        guard let entry = library.take("max_budget") else { return }
        let path = library.path + ".max_budget"
        let duration = library.take("budget_duration")?.value.scalar
        let periods = [
            "1d": "daily", "24h": "daily", "7d": "weekly", "1w": "weekly", "30d": "monthly", "1mo": "monthly",
        ]
        guard let amount = entry.value.scalar.flatMap({ DecimalText.plain($0) }) else {
            return log.dropped(entry.line, path, "no amount of dollars")
        }
        guard let duration else {
            settings.budget = ("lifetime", amount)
            return
        }
        guard let period = periods[duration] else {
            return log.dropped(
                entry.line, path, "budgets are for a day, a week, a month or for ever, not for \(duration)")
        }
        settings.budget = (period, amount)
        log.changed(
            entry.line, path, "a \(period) budget begins anew at midnight UTC of the calendar's day, week or month")
    }

    private mutating func readGeneral(_ general: SourceMapping) {
        settings.concurrency = general.take("max_parallel_requests")?.value
        settings.defaultModel = general.take("completion_model")?.value
        if let entry = general.take("maximum_spend_logs_retention_period"), let text = entry.value.scalar {
            if let unit = text.last, "dhm".contains(unit), Int(text.dropLast()) ?? 0 > 0 {
                settings.keepRecords = text
            } else {
                log.dropped(
                    entry.line, general.path + ".maximum_spend_logs_retention_period", "no duration such as 30d")
            }
        }
        guard let entry = general.take("master_key") else { return }
        let path = general.path + ".master_key"
        guard let key = ImportedValue(entry.value, environment: environment) else { return }
        if let literal = key.literal {
            let bytes = Array(literal.utf8)
            guard (16...256).contains(bytes.count), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                return log.dropped(
                    entry.line, path, "keys have 16 to 256 visible ASCII characters; make one with martlet keys create")
            }
        }
        settings.masterKey = key
        log.changed(
            entry.line, path,
            "it runs completions; keys are managed with the management key that the first start prints")
    }
}
