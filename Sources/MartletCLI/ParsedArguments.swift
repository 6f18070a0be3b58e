/// A command line, understood.
struct ParsedArguments: Equatable {
    var values: [String: String] = [:]
    var switches: Set<String> = []
    var operands: [String] = []

    func value(_ flag: Flag) -> String? { values[flag.name] }
    func has(_ flag: Flag) -> Bool { switches.contains(flag.name) }
}
