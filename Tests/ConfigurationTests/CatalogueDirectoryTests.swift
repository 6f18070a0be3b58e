import Catalog
import Testing

@testable import Configuration

@Suite("Catalogue of a directory")
struct CatalogueDirectoryTests {
    static let providers = """
        {"providers": [
        {"slug": "acme", "name": "Acme", "base_url": "https://api.acme.example/v1", "key_variable": "ACME_API_KEY"}
        ]}
        """
    static let models = """
        {"models": [
        {"id": "acme/one", "name": "Acme: One", "created": 1, "family": "one", "context_length": 1000,
         "endpoints": [
          {"provider": "acme", "model": "one-v1", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
         ]}
        ]}
        """

    static func parse(_ text: String, providers: String? = providers, models: String? = models) throws -> Configuration
    {
        var files: [String: String] = [:]
        files["/facts/providers.json"] = providers
        files["/facts/models.json"] = models
        return try ConfigurationParsingTests.parse(
            text, ["ACME_API_KEY": "k-1", "OPENAI_API_KEY": "sk-1"], files: files)
    }

    static func problems(providers: String? = providers, models: String? = models) -> [String] {
        do throws(any Error) {
            _ = try parse("catalog: /facts", providers: providers, models: models)
            return []
        } catch let errors as ConfigurationErrors {
            return errors.problems.map(\.message)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("replaces what ships")
    func replaces() throws {
        let catalog = try Self.parse("catalog: /facts").catalog
        #expect(catalog.providers.map(\.slug) == ["acme"])
        #expect(catalog.models.map(\.slug) == ["acme/one"])
        #expect(catalog.resolve("~acme/one-latest")?.slug == "acme/one")
        #expect(try Self.parse("catalog: none").catalog.models.isEmpty)
        #expect(try Self.parse("catalog: shipped").catalog.resolve("openai/gpt-5")?.isCallable == true)
    }

    @Test(
        "names file, line, model and field of what is wrong",
        arguments: [
            (nil, models, "/facts/providers.json cannot be read"),
            (providers, "{\"models\": [", "/facts/models.json:1: is no valid JSON"),
            (providers, "[]", "/facts/models.json: must be an object with the one key \"models\""),
            (
                providers, models.replacingFirst("\"0.000001\"", with: "\"dear\""),
                "/facts/models.json:4: acme/one: prompt: "
            ),
            (
                providers, models.replacingFirst("\"name\": ", with: "\"nmae\": "),
                "/facts/models.json:2: acme/one: unknown key \"nmae\""
            ),
            (
                providers, models.replacingFirst("\"created\": 1", with: "\"created\": 1, \"created\": 2"),
                "acme/one: repeats the key"
            ),
            (
                providers, models.replacingFirst("\"created\": 1", with: "\"distillable\": 1"),
                "acme/one: distillable must be true or false"
            ),
            (
                providers.replacingFirst("https://", with: "ftp://"), models,
                "/facts/providers.json:2: acme: base_url must begin with http"
            ),
        ] as [(String?, String, String)])
    func problem(providers: String?, models: String, message: String) {
        let found = Self.problems(providers: providers, models: models)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}

extension String {
    func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }

    private func firstRange(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}
