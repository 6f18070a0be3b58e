import MartletServer

/// What `--help` prints.
enum HelpText {
    static var overview: String {
        var text = """
            martlet \(MartletVersion.current): one API in front of every model provider.

            Usage: martlet VERB [flags]


            """
        for verb in Verb.allCases { text += "  \(pad(verb.rawValue, 10))\(verb.summary)\n" }
        text += """

              martlet VERB --help   Show the flags of a verb.
              martlet --version     Show the version.

            Exit codes: 0 done, 1 failed, 2 wrong usage.

            """
        return text
    }

    static func usage(_ verb: Verb, _ action: VerbAction? = nil) -> String {
        var words = ["martlet", verb.rawValue]
        if let action {
            words.append(action.name)
        } else if !verb.actions.isEmpty {
            return words.joined(separator: " ") + " \(verb.actions.map(\.name).joined(separator: "|")) [flags]"
        }
        for flag in action?.flags ?? verb.flags where flag.name != Flag.help.name {
            words.append("[\(flag.short ?? flag.name)\(flag.value.map { " \($0)" } ?? "")]")
        }
        for operand in action?.operands ?? verb.operands {
            words.append(operand.isRequired ? operand.name : "[\(operand.name)]")
        }
        return wrapped(words)
    }

    /// Lines of at most 100 characters behind the `Usage: ` of the first.
    private static func wrapped(_ words: [String]) -> String {
        var lines = [""]
        for word in words {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = word
            } else if line.count + 1 + word.count <= 93 {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(word)
            }
        }
        return lines.joined(separator: "\n         ")
    }

    static func page(_ verb: Verb, _ action: VerbAction? = nil) -> String {
        let flags = action?.flags ?? verb.flags
        var text = "\(action?.summary ?? verb.summary)\n\nUsage: \(usage(verb, action))\n\n"
        if action == nil, !verb.actions.isEmpty {
            for action in verb.actions { text += "  \(pad(action.name, 12))\(action.summary)\n" }
            text += "\n  martlet \(verb.rawValue) ACTION --help   Show the flags of an action.\n\n"
        }
        let names = flags.map { flag in
            (flag.short.map { "\($0), " } ?? "") + flag.name + (flag.value.map { " \($0)" } ?? "")
        }
        let width = (names.map(\.count).max() ?? 0) + 3
        for (flag, name) in zip(flags, names) { text += "  \(pad(name, width))\(flag.help)\n" }
        if !verb.details.isEmpty { text += "\n\(verb.details)\n" }
        return text
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
