import JSONText

/// What a provider's answer to a request for its models says about how it is set up.
enum ProviderAnswer {
    /// - Parameter models: names under which the configuration asks this provider for models.
    static func findings(
        _ slug: String, status: Int, milliseconds: UInt64, body: Span<UInt8>, models: [String]
    ) -> [Finding] {
        let area = "provider \(slug)"
        switch status {
        case 200..<300:
            let answered = Finding(area, .ok, "answers in \(milliseconds) ms.")
            guard let listed = names(body) else { return [answered] }
            let missing = models.filter { !listed.contains($0) }
            if missing.isEmpty { return [answered] }
            return [
                answered,
                Finding(
                    area, .warning, "does not list \(missing.joined(separator: ", ")); check `model` of its endpoints."),
            ]
        case 401, 403:
            return [Finding(area, .error, "refuses the key (\(status)); check its `api_key` or its variable.")]
        case 402: return [Finding(area, .error, "wants to be paid first (402); add credit to its account.")]
        case 404, 405:
            let hint = "if requests fail, check `base_url`, which mostly ends in /v1."
            return [Finding(area, .warning, "is there and has no list of models (\(status)); \(hint)")]
        case 429: return [Finding(area, .warning, "is there and limits our rate right now (429).")]
        case 500...:
            return [Finding(area, .error, "answers \(status): it has trouble of its own; see its status page.")]
        default: return [Finding(area, .warning, "answers \(status) to a request for its models.")]
        }
    }

    /// The ids of a model list; nil for anything else.
    private static func names(_ body: Span<UInt8>) -> Set<String>? {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let list = (try? scanner.scan(copying: body))?["data"], list.isArray, list.count > 0 else { return nil }
        return Set(list.elements.compactMap { $0["id"]?.string })
    }
}
