/// Reads the words behind a verb.
///
/// `--flag value` and `--flag=value` are the same, `-m value` is the short form, `--` ends the flags, and a lone `-` is
/// an operand. Names must be whole: a shortened or unknown flag is an error that names the nearest one, so that a script
/// never runs with an option silently missing.
struct ArgumentParser {
    let verb: Verb
    let action: VerbAction?

    init(verb: Verb, action: VerbAction? = nil) {
        self.verb = verb
        self.action = action
    }

    private var flags: [Flag] { action?.flags ?? verb.flags }
    private var operands: [Verb.Operand] { action?.operands ?? verb.operands }

    func parse(_ words: [String]) throws(UsageError) -> ParsedArguments {
        var result = ParsedArguments()
        var rest = words[...]
        var flagsAreOver = false
        while let word = rest.popFirst() {
            if flagsAreOver || !Self.isFlag(word) {
                result.operands.append(word)
            } else if word == "--" {
                flagsAreOver = true
            } else {
                try take(word, &rest, &result)
            }
        }
        // Help is shown whatever else is missing.
        if !result.has(.help) { try check(result.operands) }
        return result
    }

    /// A negative number is none, nor is a lone `-`.
    private static func isFlag(_ word: String) -> Bool {
        guard word.hasPrefix("-"), let second = word.dropFirst().first else { return false }
        return !(second.isNumber || second == ".")
    }

    private func take(
        _ word: String, _ rest: inout ArraySlice<String>, _ result: inout ParsedArguments
    ) throws(UsageError) {
        var name = word
        var attached: String?
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            name = String(word[..<equals])
            attached = String(word[word.index(after: equals)...])
        }
        guard let flag = flags.first(where: { $0.name == name || $0.short == name }) else {
            let hint = NearestName.suggestion(for: name, among: flags.map(\.name))
            throw failure("there is no flag \(TerminalText.clean(name))\(hint)")
        }
        guard let value = flag.value else {
            if attached != nil { throw failure("\(flag.name) takes no value") }
            result.switches.insert(flag.name)
            return
        }
        guard let given = attached ?? rest.popFirst(), !given.isEmpty else {
            throw failure("\(flag.name) needs a value: \(flag.name) \(value)")
        }
        if result.values.updateValue(given, forKey: flag.name) != nil {
            throw failure("\(flag.name) is given twice")
        }
    }

    private func check(_ operands: [String]) throws(UsageError) {
        for (index, operand) in self.operands.enumerated() where operand.isRequired {
            if index >= operands.count || operands[index].isEmpty { throw failure("\(operand.name) is missing") }
        }
        if operands.count > self.operands.count {
            let extra = TerminalText.clean(operands[self.operands.count])
            let quoting = verb == .chat ? "; put the prompt in quotes" : ""
            throw failure("\"\(extra)\" is one word too many\(quoting)")
        }
    }

    private func failure(_ message: String) -> UsageError {
        UsageError(verb: verb, action: action?.name, message: message)
    }
}
