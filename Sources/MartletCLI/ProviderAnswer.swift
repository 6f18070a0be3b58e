import Catalog
import JSONText
import Providers

/// What a provider's answer to a request for its models says about how it is set up.
enum ProviderAnswer {
    /// - Parameter models: names under which the configuration asks this provider for models.
    static func findings(
        _ area: String, _ dialect: ProviderDialect, status: Int, milliseconds: UInt64, body: Span<UInt8>,
        models: [String]
    ) -> [Finding] {
        switch status {
        case 200..<300:
            let answered = Finding(area, .ok, "answers in \(milliseconds) ms.")
            guard let listed = names(body) else { return [answered] }
            let missing = models.filter { !listed.contains(listedName(of: $0, dialect)) }
            if missing.isEmpty { return [answered] }
            return [
                answered,
                Finding(
                    area, .warning, "does not list \(missing.joined(separator: ", ")); check `model` of its endpoints."),
            ]
        case 401, 403:
            return [Finding(area, .error, "refuses the key (\(status)); check its `api_key` or its variable.")]
        case 400 where isBadKey(body):
            return [Finding(area, .error, "refuses the key (400); check its `api_key` or its variable.")]
        case 402: return [Finding(area, .error, "wants to be paid first (402); add credit to its account.")]
        case 404, 405:
            let shape = dialect.takesBareHost ? "is the bare host" : "mostly ends in /v1"
            let hint = "if requests fail, check `base_url`, which \(shape)."
            return [Finding(area, .warning, "is there and has no list of models (\(status)); \(hint)")]
        case 429: return [Finding(area, .warning, "is there and limits our rate right now (429).")]
        case 500...:
            return [Finding(area, .error, "answers \(status): it has trouble of its own; see its status page.")]
        default: return [Finding(area, .warning, "answers \(status) to a request for its models.")]
        }
    }

    /// Google says 400 of a key that is none.
    private static func isBadKey(_ body: Span<UInt8>) -> Bool {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: body) else { return false }
        return UpstreamErrorBody(root)?.reasons.contains("API_KEY_INVALID") ?? false
    }

    /// The names of a model list, of OpenAI's and Anthropic's `data`, Gemini's and Cohere's `models` or Bedrock's
    /// `modelSummaries`; nil for anything else.
    private static func names(_ body: Span<UInt8>) -> Set<String>? {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: body) else { return nil }
        let places: [(StaticString, StaticString)] = [
            ("data", "id"), ("models", "name"), ("modelSummaries", "modelId"),
        ]
        for (list, key) in places {
            guard let list = root[list], list.isArray, list.count > 0 else { continue }
            return Set(list.elements.compactMap { $0[key]?.string.map(bare) })
        }
        return nil
    }

    /// Google puts `models/` before a name.
    private static func bare(_ name: String) -> String {
        name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
    }

    /// The name under which the list has what an endpoint calls `model`. Bedrock lists models without the regions that
    /// an inference profile's name begins with.
    private static func listedName(of model: String, _ dialect: ProviderDialect) -> String {
        guard dialect == .bedrock, let dot = model.firstIndex(of: "."),
            ["us", "eu", "apac", "jp", "au", "us-gov", "global"].contains(String(model[..<dot]))
        else { return bare(model) }
        return String(model[model.index(after: dot)...])
    }
}
