import Completions
import Testing

@testable import Catalog

@Suite("How a model can be told to think")
struct ReasoningSupportTests {
    @Test(
        "tells whether it thinks unasked from what is said of it, else from its default",
        arguments: [
            (true, nil, nil, true), (false, .medium, nil, true), (false, ReasoningPreferences.Effort.none, nil, false),
            (false, nil, nil, nil), (false, nil, true, true), (false, nil, false, false), (false, .high, false, false),
        ] as [(Bool, ReasoningPreferences.Effort?, Bool?, Bool?)])
    func isOnByDefault(
        isMandatory: Bool, effort: ReasoningPreferences.Effort?, stated: Bool?, expected: Bool?
    ) {
        let reasoning = ReasoningSupport(isMandatory: isMandatory, defaultEffort: effort, isOnByDefault: stated)
        #expect(reasoning.isOnByDefault == expected)
    }
}
