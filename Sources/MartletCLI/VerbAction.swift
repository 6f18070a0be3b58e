/// One of the things that a verb such as `credits` can be told to do: the word behind it, with flags of its own.
struct VerbAction: Sendable {
    let name: String
    /// One line for the verb's help.
    let summary: String
    var operands: [Verb.Operand] = []
    let flags: [Flag]

    /// The action of this name.
    static func named(_ name: String, of verb: Verb) -> VerbAction? { verb.actions.first { $0.name == name } }

    /// Takes the action off the words behind a verb that has some; nil where only help is wanted.
    static func take(from words: inout ArraySlice<String>, of verb: Verb) throws(UsageError) -> VerbAction? {
        let names = verb.actions.map(\.name)
        guard let word = words.first else {
            throw UsageError(verb: verb, message: "say what to do: \(names.joined(separator: ", "))")
        }
        if word == Flag.help.name || word == Flag.help.short { return nil }
        guard let action = named(word, of: verb) else {
            let hint = NearestName.suggestion(for: word, among: names)
            throw UsageError(
                verb: verb,
                message: "martlet \(verb.rawValue) does not know \(TerminalText.clean(word))\(hint)"
                    + (hint.isEmpty ? "; it knows \(names.joined(separator: ", "))" : ""))
        }
        words.removeFirst()
        return action
    }
}
