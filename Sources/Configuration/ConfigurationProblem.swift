/// One thing that is wrong with a configuration: where, and a sentence that says what to do.
package struct ConfigurationProblem: Sendable, Equatable {
    /// 1-based; nil where no line is to blame.
    package let line: Int?
    package let message: String

    package init(line: Int?, _ message: String) {
        self.line = line
        self.message = message
    }
}

/// Everything that is wrong with a configuration, in the order of its lines.
package struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's name, as in messages.
    package let file: String
    package let problems: [ConfigurationProblem]

    package init(file: String, problems: [ConfigurationProblem]) {
        self.file = file
        self.problems = problems
    }

    /// One line per problem: `martlet.yaml:12: …`.
    package var description: String {
        var lines = problems.prefix(ConfigurationLimits.problems).map { problem in
            problem.line.map { "\(file):\($0): \(problem.message)" } ?? "\(file): \(problem.message)"
        }
        if problems.count > lines.count { lines.append("\(file): and \(problems.count - lines.count) more problems") }
        return lines.joined(separator: "\n")
    }
}
