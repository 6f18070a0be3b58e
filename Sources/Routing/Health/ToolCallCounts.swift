/// How often an endpoint's answers called tools, and how often in a way that no program can carry out.
package struct ToolCallCounts: Sendable, Equatable {
    /// The answers in the lower half, those with a broken call in the upper.
    let word: UInt64

    package init(answers: Int = 0, broken: Int = 0) {
        word = UInt64(answers) | UInt64(broken) << 32
    }

    init(word: UInt64) {
        self.word = word
    }

    /// Answers to requests with tools that call at least one.
    package var answers: Int { Int(word & 0xffff_ffff) }
    /// Those with at least one call whose function is unknown, or whose arguments are no JSON object.
    package var broken: Int { Int(word >> 32) }

    /// The share of answers with a broken call; nil where there are too few to tell.
    package var errorRate: Double? {
        answers < RoutingLimits.toolCallSamples ? nil : Double(broken) / Double(answers)
    }
}
