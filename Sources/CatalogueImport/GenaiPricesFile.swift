import JSONText

/// `providers.json` of genai-prices: prices in dollars per million tokens, some with dates and tiers.
///
/// Of several prices, the last one without an hour of the day stands that holds today: they are in order of their first
/// day, and some are known before it.
enum GenaiPricesFile {
    private static let components: [(key: StaticString, ours: String, shift: Int)] = [
        ("input_mtok", "prompt", -6), ("output_mtok", "completion", -6), ("cache_read_mtok", "input_cache_read", -6),
        ("cache_write_mtok", "input_cache_write", -6), ("output_image_mtok", "image_output", -6),
        ("requests_kcount", "request", -3), ("web_searches_kcount", "web_search", -3),
    ]

    /// - Parameter today: `YYYY-MM-DD`; prices that begin later are passed over.
    static func endpoints(_ root: JSONValue, _ names: [String: String], today: String) -> [SourceEndpoint] {
        var endpoints: [SourceEndpoint] = []
        for provider in root.elements {
            guard let id = provider["id"]?.string, let slug = names[id], let models = provider["models"] else {
                continue
            }
            for model in models.elements {
                guard let name = model["id"]?.string, let prices = model["prices"] else { continue }
                var endpoint = SourceEndpoint(provider: slug, model: name)
                if prices.isArray {
                    let holding = prices.elements.filter { holdsAllDay($0["constraint"], today) }
                    if let last = holding.last?["prices"] { read(last, into: &endpoint) }
                } else {
                    read(prices, into: &endpoint)
                }
                endpoint.contextLength = model.tokens("context_window")
                endpoints.append(endpoint)
            }
        }
        return endpoints
    }

    private static func holdsAllDay(_ constraint: JSONValue?, _ today: String) -> Bool {
        guard constraint?["start_time"] == nil else { return false }
        return constraint?["start_date"]?.string.map { $0 <= today } ?? true
    }

    private static func read(_ value: JSONValue, into endpoint: inout SourceEndpoint) {
        var tiers: [Int: [String: Int64]] = [:]
        for (key, ours, shift) in components {
            guard let price = value[key] else { continue }
            guard price.isObject else {
                endpoint.prices[ours] = value.picos(key, shift: shift)
                continue
            }
            endpoint.prices[ours] = price.picos("base", shift: shift)
            for tier in price["tiers"]?.elements.map({ $0 }) ?? [] {
                guard let tokens = tier.tokens("start") else { continue }
                tiers[tokens, default: [:]][ours] = tier.picos("price", shift: shift)
            }
        }
        endpoint.dropUnknowns()
        for (tokens, prices) in tiers { endpoint.setOverride(above: tokens, prices) }
    }
}
