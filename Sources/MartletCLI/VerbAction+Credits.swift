extension VerbAction {
    static let credits = [
        VerbAction(
            name: "show", summary: "What was granted, what was used, and what is left.",
            flags: [.url, .managementKeyFile, .json, .help]),
        VerbAction(
            name: "grant", summary: "Add credits to the account.",
            operands: [Verb.Operand(name: "AMOUNT", isRequired: true)],
            flags: [.reason, .idempotencyKey, .url, .managementKeyFile, .json, .help]),
        VerbAction(
            name: "adjust", summary: "Correct the account's credits by an amount of either sign.",
            operands: [Verb.Operand(name: "AMOUNT", isRequired: true)],
            flags: [.reason, .idempotencyKey, .url, .managementKeyFile, .json, .help]),
        VerbAction(
            name: "refund", summary: "Give back what a generation cost, or a part of it.",
            operands: [
                Verb.Operand(name: "GENERATION", isRequired: true), Verb.Operand(name: "AMOUNT", isRequired: false),
            ],
            flags: [.reason, .idempotencyKey, .url, .managementKeyFile, .json, .help]),
        VerbAction(
            name: "ledger", summary: "List the ledger, newest row first.",
            flags: [.kind, .limit, .offset, .url, .managementKeyFile, .json, .help]),
    ]

    static let export = [
        VerbAction(
            name: "generations", summary: "Every generation with its attempts, tokens and cost.",
            flags: [.format, .from, .to, .output, .force, .url, .managementKeyFile, .help]),
        VerbAction(
            name: "ledger", summary: "Every charge, grant, refund and adjustment.",
            flags: [.format, .from, .to, .output, .force, .url, .managementKeyFile, .help]),
    ]
}

extension Flag {
    static let reason = Flag("--reason", value: "TEXT", "Why; it stands in the ledger for ever.")
    static let idempotencyKey = Flag(
        "--idempotency-key", value: "KEY", "A second request with the same key changes nothing.")
    static let kind = Flag("--kind", value: "KIND", "Only charge, grant, refund or adjustment.")
    static let limit = Flag("--limit", value: "N", "How many rows, at most 100. Default: 50.")
    static let offset = Flag("--offset", value: "N", "How many of the newest rows to leave out. Default: 0.")
    static let format = Flag("--format", value: "FORMAT", "jsonl (the default) or csv.")
    static let from = Flag("--from", value: "TIME", "Only from this day or moment on, such as 2026-11-01, in UTC.")
    static let to = Flag("--to", value: "TIME", "Only before this day or moment.")
    static let output = Flag("--output", short: "-o", value: "FILE", "Where to; else to standard output.")
    static let force = Flag("--force", "Replace FILE if it is there.")
}
