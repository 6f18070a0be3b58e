import Completions
import Testing

@testable import Dialects

@Suite("Known efforts")
struct KnownEffortsTests {
    @Test(
        "an effort that is not known becomes the nearest",
        arguments: [
            (nil, .xhigh, .xhigh), ([], .low, .low), ([.low, .high], .medium, .low), ([.medium, .high], .low, .medium),
            ([.low, .medium, .high], .max, .high), ([.high, .max], .xhigh, .high), ([.high, .none], .none, .none),
            ([.minimal, .high], .minimal, .minimal), ([.max], .minimal, .max),
        ] as [([ReasoningPreferences.Effort]?, ReasoningPreferences.Effort, ReasoningPreferences.Effort)])
    func nearest(
        efforts: [ReasoningPreferences.Effort]?, wanted: ReasoningPreferences.Effort,
        expected: ReasoningPreferences.Effort
    ) {
        #expect(KnownEfforts(efforts).nearest(to: wanted) == expected)
    }
}
