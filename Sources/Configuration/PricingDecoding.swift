import Accounting
import Catalog

extension ConfigurationReader {
    private static let components = PriceComponent.allCases.map { "\($0.name)" }
    private static let conditions = ["min_prompt_tokens", "utc_start", "utc_end", "utc_days"]
    /// A million tokens for 10,000 dollars: nobody asks that, but a price per million written per token looks so.
    private static let suspiciousPicosPerToken: Int64 = 10_000_000_000

    /// - Parameter completes: whether there are completions to have a price.
    mutating func pricing(_ node: YAMLNode, completes: Bool = true) -> PriceSheet? {
        let keys = KeySet(place: "pricing", accepted: Self.components + ["web_search_per", "overrides", "discount"])
        guard let values = mapping(node, keys) else { return nil }
        let quotes = quotes(values)
        var overrides: [PriceSheet.Override] = []
        if let items = values["overrides"].flatMap({ list($0, "overrides") }) {
            overrides = items.compactMap { override($0) }
        }
        for required in completes ? ["prompt", "completion"] : ["prompt"] where values[required] == nil {
            report(node.line, "pricing needs \(required), in dollars per token; \"0\" where it is free")
        }
        do throws(PriceError) {
            var discount = Discount.none
            if let text = text(values["discount"], "discount") { discount = try Discount(text) }
            let sheet = try PriceSheet(
                quotes: quotes, overrides: overrides, discount: discount, searchesOnce: searchesOnce(values))
            remark(on: sheet, line: node.line)
            return sheet
        } catch {
            report(node.line, "pricing: \(error)")
            return nil
        }
    }

    /// What `web_search` is the price of: each search, or a request that made any.
    private mutating func searchesOnce(_ values: [String: YAMLNode]) -> Bool {
        guard let node = values["web_search_per"] else { return false }
        if values["web_search"] == nil { report(node.line, "web_search_per says nothing without web_search") }
        let units = ["search": false, "request": true]
        return choice(node, "web_search_per", among: units.keys.sorted()) { units[$0] } ?? false
    }

    private mutating func quotes(_ values: [String: YAMLNode]) -> [PriceComponent: PriceQuote] {
        var quotes: [PriceComponent: PriceQuote] = [:]
        for component in PriceComponent.allCases {
            guard let node = values["\(component.name)"], let text = text(node, "\(component.name)") else { continue }
            do throws(PriceError) {
                quotes[component] = try PriceQuote(text)
            } catch {
                report(node.line, "\(component.name): \(error)")
            }
        }
        return quotes
    }

    private mutating func override(_ node: YAMLNode) -> PriceSheet.Override? {
        let keys = KeySet(place: "a price override", accepted: Self.conditions + Self.components)
        guard let values = mapping(node, keys) else { return nil }
        var days: PriceCondition.Days?
        if let items = values["utc_days"].flatMap({ list($0, "utc_days") }) {
            var set: PriceCondition.Days = []
            for item in items {
                let names = PriceCondition.Days.names.map { "\($0)" }
                if let day = choice(item, "utc_days", among: names, { PriceCondition.Days(name: $0) }) {
                    set.insert(day)
                }
            }
            days = set
        }
        do throws(PriceError) {
            let condition = try PriceCondition(
                minPromptTokens: integer(
                    values["min_prompt_tokens"], "min_prompt_tokens", in: 0...ConfigurationLimits.tokens.upperBound),
                utcStart: integer(values["utc_start"], "utc_start", in: 0...2400),
                utcEnd: integer(values["utc_end"], "utc_end", in: 0...2400), utcDays: days)
            return PriceSheet.Override(condition: condition, quotes: quotes(values))
        } catch {
            report(node.line, "\(error)")
            return nil
        }
    }

    private mutating func remark(on sheet: PriceSheet, line: Int) {
        for component in sheet.roundedComponents {
            note(line, "the price of \(component.name) has more than 12 decimals and is rounded for charging")
        }
        for component in [PriceComponent.prompt, .completion] {
            if let price = sheet.rates[component], price.picos > Self.suspiciousPicosPerToken {
                note(
                    line,
                    "the price of \(component.name) is above 10000 dollars per million tokens; prices are per token")
            }
        }
    }
}
