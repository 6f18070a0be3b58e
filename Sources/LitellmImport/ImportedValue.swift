import Configuration

/// A text of the source in the syntax of our configuration: `${NAME}` for a variable, `$$` for a dollar.
struct ImportedValue: Hashable {
    var text: String
    /// Whether the source itself holds the text, so that a secret in it is known to whoever reads it.
    var isLiteral: Bool
    /// The variable it comes from.
    var variable: String?

    /// - Parameter environment: what `environment_variables` of the source sets.
    init?(_ node: YAMLNode?, environment: [String: String]) {
        guard let raw = node?.scalar, !raw.isEmpty else { return nil }
        let prefix = "os.environ/"
        guard raw.hasPrefix(prefix) else {
            self.init(literal: raw)
            return
        }
        let name = String(raw.dropFirst(prefix.count))
        if let value = environment[name] {
            self.init(literal: value)
        } else {
            self.init(variable: name)
        }
    }

    init(literal: String) {
        text = Self.escaped(literal)
        isLiteral = true
    }

    init(variable: String) {
        text = "${\(variable)}"
        isLiteral = false
        self.variable = variable
    }

    /// The source's own text; nil where a variable holds it.
    var literal: String? { isLiteral ? text.replacing("$$", with: "$") : nil }

    static func escaped(_ text: String) -> String { text.replacing("$", with: "$$") }
}

extension String {
    /// What other programs take from Foundation.
    func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(old) {
                result += new
                rest = rest.dropFirst(old.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }

    /// As part of a name: lower-case letters and digits, everything else a hyphen.
    var slugged: String {
        var result = ""
        for character in lowercased() {
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || character == ".")
            if isPlain {
                result.append(character)
            } else if !result.isEmpty, !result.hasSuffix("-") {
                result.append("-")
            }
        }
        while let last = result.last, last == "-" || last == "." { result.removeLast() }
        while let first = result.first, first == "-" || first == "." { result.removeFirst() }
        return String(result.prefix(48))
    }
}
