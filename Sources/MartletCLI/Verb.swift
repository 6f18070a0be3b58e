/// What `martlet` can be told to do.
enum Verb: String, CaseIterable, Sendable {
    case serve, chat, models, route, simulate, keys, credits, export, backup, catalog, `import`, doctor, help

    /// One line for the list of verbs.
    var summary: String {
        switch self {
        case .serve: "Run the router."
        case .chat: "Ask a model through a running router and stream its answer."
        case .models: "List the models of a running router."
        case .route: "Explain what a running router would do with a request, or did with one."
        case .simulate: "Play a scenario of simulated providers and compare ways of choosing among them."
        case .keys: "Make, list, change and delete the API keys of a running router."
        case .credits: "Show the account's credits, grant some, correct or refund."
        case .export: "Write all generations or the whole ledger as JSON lines or CSV."
        case .backup: "Copy the database of a running router, whole and at one moment."
        case .catalog: "Check the catalogue's files, or refresh them from open data."
        case .import: "Turn the configuration of another router into one of ours."
        case .doctor: "Check configuration, data directory, limits and providers, and say what is wrong."
        case .help: "Show help for a verb."
        }
    }

    /// What follows the verb besides flags, for the usage line.
    var operands: [Operand] {
        switch self {
        case .serve, .doctor, .route, .keys, .credits, .export, .catalog, .import: []
        case .backup: [Operand(name: "FILE", isRequired: true)]
        case .simulate: [Operand(name: "SCENARIO", isRequired: true)]
        case .chat: [Operand(name: "PROMPT", isRequired: true)]
        case .models: [Operand(name: "QUERY", isRequired: false)]
        case .help: [Operand(name: "VERB", isRequired: false)]
        }
    }

    var flags: [Flag] {
        switch self {
        case .serve: [.config, .listen, .data, .help]
        case .chat: [.model, .url, .keyFile, .json, .help]
        case .models: [.url, .keyFile, .json, .help]
        case .simulate: [.svg, .json, .help]
        case .backup: [.force, .url, .managementKeyFile, .help]
        case .route, .keys, .credits, .export, .catalog, .import: [.help]
        case .doctor: [.config, .listen, .data, .json, .help]
        case .help: [.help]
        }
    }

    /// What a verb can be told to do, where that is more than one thing.
    var actions: [VerbAction] {
        switch self {
        case .route: VerbAction.route
        case .keys: VerbAction.keys
        case .credits: VerbAction.credits
        case .export: VerbAction.export
        case .catalog: VerbAction.catalog
        case .import: VerbAction.import
        case .serve, .chat, .models, .simulate, .backup, .doctor, .help: []
        }
    }

    /// What the help says beyond the flags.
    var details: String {
        switch self {
        case .serve:
            """
            Prints `martlet listening on http://HOST:PORT` once it is ready. SIGTERM drains and ends, SIGHUP reads the
            configuration again. Without a file, providers switch on by their variables, such as OPENAI_API_KEY.
            """
        case .chat:
            """
            The last line shows the provider, tokens per second and the cost. A PROMPT of - is read from standard input.
            Ctrl-C cancels the request, also at the provider.
            """
        case .models:
            """
            Shows the models whose id or name contains QUERY, with prices in US dollars per million tokens, and for a
            few also who answers, or whose key is missing.
            """
        case .route:
            """
            EXPECTED $ is what endpoints are compared by, FIRST the chance of being tried first. Nothing is sent to a
            provider.
            """
        case .simulate:
            """
            SCENARIO is a YAML file as described in docs/simulation.md; there are some in scenarios/. The router's own
            planner and health run on a virtual clock against simulated providers: nothing is sent anywhere. VS ORACLE
            is the cost of an answer compared with that of a policy that knows the future, PROBES the most requests
            that waited at once for a provider that was down or just back, RECOVERY the longest time until a provider
            had its usual traffic again.
            """
        case .keys:
            """
            Needs a management key. KEY is a key's hash, the first digits of it, its label or its name. What is changed
            holds at once, for keys in use too.
            """
        case .credits:
            """
            Needs a management key. Amounts are US dollars with at most nine decimals.
            """
        case .export:
            """
            Needs a management key. Everything that is stored when the export begins is in it, oldest first.
            """
        case .backup:
            """
            Needs a management key. FILE is an SQLite database: to restore it, put it into an empty data directory as
            martlet.db. Any answer that was seen finished before the copy began is in it.
            """
        case .catalog:
            """
            The catalogue is providers.json and models.json; without DIR it is the one that ships with the router.
            """
        case .import:
            """
            Says line by line what did not come along. A key that FILE holds in plain is written only to the file of -o,
            which nobody but you can read; without -o a variable stands in its place.
            """
        case .doctor:
            """
            Exits with 1 if anything needs attention. Sends each provider one request for its list of models, which costs
            nothing.
            """
        case .help: ""
        }
    }

    struct Operand: Sendable, Equatable {
        let name: String
        let isRequired: Bool
    }
}
