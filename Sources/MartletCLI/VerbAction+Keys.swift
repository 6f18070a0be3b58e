extension VerbAction {
    static let keys = [
        VerbAction(
            name: "create", summary: "Make a key and show it, once.",
            operands: [Verb.Operand(name: "NAME", isRequired: false)],
            flags: [.name, .management] + settings + server),
        VerbAction(
            name: "list", summary: "Show the keys that are valid now, or all of them.", flags: [.all] + server),
        VerbAction(
            name: "update", summary: "Change what the flags say; none takes a limit or a list away.",
            operands: [key], flags: [.name] + settings + server),
        VerbAction(name: "disable", summary: "Refuse the key until it is enabled.", operands: [key], flags: server),
        VerbAction(name: "enable", summary: "Accept the key again.", operands: [key], flags: server),
        VerbAction(
            name: "delete", summary: "Refuse the key for ever; its records stay.", operands: [key], flags: server),
    ]

    private static let key = Verb.Operand(name: "KEY", isRequired: true)
    private static let server: [Flag] = [.url, .managementKeyFile, .json, .help]
    private static let settings: [Flag] = [
        .spendingLimit, .reset, .expires, .models, .providers, .addresses, .requests, .tokens,
    ]
}

extension Flag {
    static let name = Flag("--name", value: "NAME", "What the key is for.")
    static let management = Flag("--management", "Make a management key: it manages keys and runs no completions.")
    static let spendingLimit = Flag("--limit", value: "USD", "What the key may spend, in US dollars.")
    static let reset = Flag(
        "--reset", value: "PERIOD", "When spending starts to count anew: daily, weekly or monthly, in UTC.")
    static let expires = Flag(
        "--expires", value: "TIME", "When the key ends: 2027-01-31T00:00:00Z, or 12h or 30d from now.")
    static let models = Flag("--models", value: "LIST", "The models that it may use, such as openai/*,a/b.")
    static let providers = Flag("--providers", value: "LIST", "The providers that it may use.")
    static let addresses = Flag("--ips", value: "LIST", "Where it may be used from, such as 10.0.0.0/8,::1.")
    static let requests = Flag("--rpm", value: "N", "Requests per minute.")
    static let tokens = Flag("--tpm", value: "N", "Tokens per minute.")
    static let all = Flag("--all", "Disabled and expired keys too.")
}
