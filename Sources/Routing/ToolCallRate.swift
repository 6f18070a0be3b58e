/// How often an endpoint breaks its calls of tools, in seven bits: all that siblings are compared by, and what a decision
/// keeps, so that a stored one compares them as the live one did.
///
/// Of the answers it says at least how many there were, as more of them only make a rate surer, and nothing moves for
/// less than `RoutingLimits.toolCallMargin`; of the rate it says most where that margin lies, near none at all.
package struct ToolCallRate: Sendable, Equatable {
    /// 0 where too few answers called tools to tell; otherwise one more than the place in `answerSteps` times the number
    /// of `thousandths`, and the place there. Stands in stored decisions, so that no step is ever changed.
    let code: UInt8

    private static let answerSteps = [50, 100, 400, 1_600]
    private static let thousandths = [
        0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 110, 120, 140, 160, 180, 200, 250,
        300, 400, 500, 700, 1_000,
    ]

    /// - Parameter code: nil where no counts have it.
    init?(code: UInt8) {
        guard code <= Self.answerSteps.count * Self.thousandths.count else { return nil }
        self.code = code
    }

    @inline(__always)
    init(_ counts: ToolCallCounts) {
        // Most have never called any.
        code = counts.answers == 0 ? 0 : Self.code(counts)
    }

    private static func code(_ counts: ToolCallCounts) -> UInt8 {
        guard let rate = counts.errorRate else { return 0 }
        let (answers, wanted) = (answerSteps.lastIndex { $0 <= counts.answers } ?? 0, rate * 1_000)
        let above = thousandths.firstIndex { Double($0) >= wanted } ?? thousandths.count - 1
        let below = max(0, above - 1)
        let isBelow = wanted - Double(thousandths[below]) < Double(thousandths[above]) - wanted
        return UInt8(1 + answers * thousandths.count + (isBelow ? below : above))
    }

    /// Too little is known.
    package static var unknown: ToolCallRate { ToolCallRate(ToolCallCounts()) }

    /// There were at least so many answers that called tools; 0 where too few to tell.
    package var answersMin: Int { code == 0 ? 0 : Self.answerSteps[Int(code - 1) / Self.thousandths.count] }

    /// The share of answers with a broken call; nil where there are too few to tell.
    package var errorRate: Double? {
        code == 0 ? nil : Double(Self.thousandths[Int(code - 1) % Self.thousandths.count]) / 1_000
    }

    /// The square of the standard error of the rate, as of one with one broken answer more and one good one: none at all
    /// among few proves little.
    var variance: Double {
        let answers = Double(answersMin)
        let rate = ((errorRate ?? 0) * answers + 1) / (answers + 2)
        return rate * (1 - rate) / (answers + 2)
    }
}
