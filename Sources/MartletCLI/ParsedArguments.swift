/// A command line, understood.
struct ParsedArguments: Equatable {
    /// What the verb is to do; empty for verbs that do one thing.
    var action = ""
    var values: [String: String] = [:]
    var switches: Set<String> = []
    var operands: [String] = []

    func value(_ flag: Flag) -> String? { values[flag.name] }
    func has(_ flag: Flag) -> Bool { switches.contains(flag.name) }
}
