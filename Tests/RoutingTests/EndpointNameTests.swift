import Catalog
import Testing

@testable import Routing

@Suite("Names of endpoints")
struct EndpointNameTests {
    @Test(
        "match by slug, tag and display name",
        arguments: [
            ("openai", nil, true), ("OpenAI", nil, true), ("Openai", "openai/eu", true),
            ("openai/eu", "openai/eu", true),
            ("openai/us", "openai/eu", false), ("openai/eu", nil, false), ("open", nil, false), ("", nil, false),
            ("openai", "openai/priority", false), ("openai/priority", "openai/priority", true),
            ("OpenAI", "openai/flex", false), ("openai/FLEX", "openai/flex", true), ("openai", "openai/eu/flex", false),
        ] as [(String, String?, Bool)])
    func matches(name: String, tag: String?, expected: Bool) throws {
        let catalog = try RoutingFixtures.catalog([("a/b", [.init("openai", tag: tag)])])
        #expect(EndpointName.matches(name, catalog.endpoints[0]) == expected)
    }
}
