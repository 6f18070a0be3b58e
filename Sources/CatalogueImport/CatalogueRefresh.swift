import JSONText

/// Merges what a source says into the catalogue.
///
/// The catalogue is the authority. What it lacks is filled in; where it differs from the source by more than two per
/// cent, the difference is reported and the catalogue's value stays, unless the caller accepts that kind of change. New
/// endpoints are taken for models that are known and at providers that do not serve them yet; new models only from a
/// list of models, with slug and name. Running the same refresh twice changes nothing the second time.
package struct CatalogueRefresh: Sendable {
    /// What the source may overrule.
    package enum Acceptance: String, CaseIterable, Sendable {
        case prices, limits, removed
    }

    package private(set) var document: CatalogueDocument
    package private(set) var changes: [CatalogueChange] = []
    /// Endpoints of the source at our providers, and those of them that belong to no model of ours.
    package private(set) var readCount = 0
    package private(set) var unknownCount = 0
    /// Prices that both know.
    package private(set) var comparedCount = 0

    private let source: CatalogueSource
    private let accepts: Set<Acceptance>
    /// `YYYY-MM-DD`
    private let today: String
    private var index: EndpointIndex

    package init(
        _ document: CatalogueDocument, from source: CatalogueSource, _ text: String, accepts: Set<Acceptance>,
        today: String
    ) throws(CatalogueDocument.Malformed) {
        self.document = document
        self.source = source
        self.accepts = accepts
        self.today = today
        index = EndpointIndex(document)
        let scanner = JSONScanner()
        let root: JSONValue
        do throws(JSONError) {
            root = try scanner.scan(copying: text)
        } catch {
            throw CatalogueDocument.Malformed(message: "is no valid JSON: \(error)")
        }
        let endpoints = source.endpoints(root, names: document.slugs(of: source), today: today)
        readCount = endpoints.count
        for endpoint in endpoints { merge(endpoint) }
        if accepts.contains(.removed) { removeEnded() }
    }

    package func count(_ kind: CatalogueChange.Kind) -> Int { changes.count { $0.kind == kind } }

    // MARK: Endpoints

    private mutating func merge(_ endpoint: SourceEndpoint) {
        let hasEnded = endpoint.isDeprecated || endpoint.deprecationDate.map { $0 <= today } ?? false
        if let place = index.place(provider: endpoint.provider, model: endpoint.model) {
            if let facts = endpoint.facts { fill(facts, model: place.model) }
            if hasEnded { return note(.ended, place, "", "", endpoint.deprecationDate ?? "") }
            return compare(endpoint, place)
        }
        if endpoint.facts != nil, index.model(slug: endpoint.model) == nil, !hasEnded { return addModel(endpoint) }
        guard let model = index.model(of: endpoint.model, at: endpoint.provider) else {
            unknownCount += 1
            return
        }
        if hasEnded || !endpoint.isPriced || endpoint.isFree || index.serves(endpoint.provider, model) { return }
        add(endpoint, to: model)
    }

    private mutating func note(
        _ kind: CatalogueChange.Kind, _ place: EndpointIndex.Place, _ field: String, _ old: String, _ new: String
    ) {
        changes.append(
            CatalogueChange(
                kind: kind, model: document.models[place.model].slug,
                provider: document.models[place.model].endpoints[place.endpoint]["provider"]?.text ?? "", field: field,
                old: old, new: new))
    }

    private mutating func compare(_ endpoint: SourceEndpoint, _ place: EndpointIndex.Place) {
        var record = document.models[place.model].endpoints[place.endpoint]
        var pricing = record["pricing"]?.record ?? FactRecord()
        let prices = Self.namedAsHere(endpoint.prices, pricing)
        for key in CatalogueDocument.priceKeys {
            guard let theirs = prices[key] else { continue }
            let text = PriceText.text(theirs)
            guard let ours = pricing[key]?.text.flatMap({ PriceText.picos($0) }) else {
                pricing[key] = .text(text)
                note(.filled, place, "pricing.\(key)", "", text)
                continue
            }
            comparedCount += 1
            if Self.isNear(ours, theirs) { continue }
            let isAccepted = accepts.contains(.prices)
            note(isAccepted ? .changed : .differs, place, "pricing.\(key)", PriceText.text(ours), text)
            if isAccepted { pricing[key] = .text(text) }
        }
        compareOverrides(endpoint.overrides, place, "pricing", &pricing)
        compareTiers(endpoint, place, &record)
        record["pricing"] = .record(pricing.sorted(by: CatalogueDocument.priceKeys))
        compareLimits(endpoint, place, &record)
        if let date = endpoint.deprecationDate, record["deprecation_date"]?.text != date {
            let old = record["deprecation_date"]?.text
            note(old == nil ? .filled : .changed, place, "deprecation_date", old ?? "", date)
            record["deprecation_date"] = .text(date)
        }
        document.models[place.model].endpoints[place.endpoint] = record
    }

    /// The fee of a model that searches for every request is the price of a request in the catalogue, since its provider
    /// counts no searches; some sources call it the price of a search.
    private static func namedAsHere(_ theirs: [String: Int64], _ pricing: FactRecord) -> [String: Int64] {
        guard pricing["request"] != nil, pricing["web_search"] == nil, let fee = theirs["web_search"] else {
            return theirs
        }
        var prices = theirs
        prices["web_search"] = nil
        prices["request"] = theirs["request"] ?? fee
        return prices
    }

    /// Prices for long prompts in the tiers that the catalogue has.
    private mutating func compareTiers(
        _ endpoint: SourceEndpoint, _ place: EndpointIndex.Place, _ record: inout FactRecord
    ) {
        guard var tiers = record["tiers"]?.record else { return }
        for name in tiers.keys {
            guard let overrides = endpoint.tierOverrides[name], var pricing = tiers[name]?.record else { continue }
            compareOverrides(overrides, place, "tiers.\(name)", &pricing)
            tiers[name] = .record(pricing)
        }
        record["tiers"] = .record(tiers)
    }

    private mutating func compareOverrides(
        _ overrides: [Int: [String: Int64]], _ place: EndpointIndex.Place, _ field: String,
        _ pricing: inout FactRecord
    ) {
        guard !overrides.isEmpty else { return }
        let theirs = Self.overrides(overrides)
        guard let ours = pricing["overrides"] else {
            pricing["overrides"] = theirs
            return note(.filled, place, "\(field).overrides", "", theirs.json)
        }
        // Sources know different components; what counts is whether those that both know agree.
        if Self.agree(ours, theirs) { return }
        let isAccepted = accepts.contains(.prices)
        note(isAccepted ? .changed : .differs, place, "\(field).overrides", ours.json, theirs.json)
        if isAccepted { pricing["overrides"] = theirs }
    }

    private mutating func compareLimits(
        _ endpoint: SourceEndpoint, _ place: EndpointIndex.Place, _ record: inout FactRecord
    ) {
        let facts = document.models[place.model].facts
        let prompt = source.givesPromptShare(of: endpoint.provider) ? nil : endpoint.contextLength
        for (key, theirs) in [("context_length", prompt), ("max_completion_tokens", endpoint.maxCompletionTokens)] {
            guard let theirs, theirs > 0 else { continue }
            guard let ours = (record[key] ?? facts[key])?.integer else {
                record[key] = .literal("\(theirs)")
                note(.filled, place, key, "", "\(theirs)")
                continue
            }
            if Self.isNear(Int64(ours), Int64(theirs)) { continue }
            let isAccepted = accepts.contains(.limits)
            note(isAccepted ? .changed : .differs, place, key, "\(ours)", "\(theirs)")
            if isAccepted { record[key] = .literal("\(theirs)") }
        }
    }

    private mutating func add(_ endpoint: SourceEndpoint, to model: Int) {
        var record = FactRecord()
        record["provider"] = .text(endpoint.provider)
        record["model"] = .text(endpoint.model)
        if endpoint.isResponsesOnly { record["dialect"] = .text("openai-responses") }
        let facts = document.models[model].facts
        if !source.givesPromptShare(of: endpoint.provider), let context = endpoint.contextLength, context > 0,
            context != facts["context_length"]?.integer
        {
            record["context_length"] = .literal("\(context)")
        }
        let context = (record["context_length"] ?? facts["context_length"])?.integer ?? Int.max
        if let output = endpoint.maxCompletionTokens.map({ min($0, context) }), output > 0,
            output != facts["max_completion_tokens"]?.integer
        {
            record["max_completion_tokens"] = .literal("\(output)")
        }
        if let date = endpoint.deprecationDate { record["deprecation_date"] = .text(date) }
        record["pricing"] = .record(Self.pricing(endpoint))
        // A router behind this one stays last.
        let isLastBefore = document.models[model].endpoints.last?["provider"]?.text == "openrouter"
        let position = document.models[model].endpoints.count - (isLastBefore ? 1 : 0)
        document.models[model].endpoints.insert(record, at: position)
        index = EndpointIndex(document)
        let place = EndpointIndex.Place(model: model, endpoint: position)
        note(.added, place, "", "", "\(endpoint.model), \(record["pricing"]?.json ?? "")")
    }

    private mutating func removeEnded() {
        let ended = changes.filter { $0.kind == .ended }
        changes.removeAll { $0.kind == .ended }
        for change in ended {
            guard let model = document.models.firstIndex(where: { $0.slug == change.model }),
                let endpoint = document.models[model].endpoints.firstIndex(where: {
                    $0["provider"]?.text == change.provider
                })
            else { continue }
            let removed = document.models[model].endpoints.remove(at: endpoint)
            changes.append(
                CatalogueChange(
                    kind: .removed, model: change.model, provider: change.provider, field: "",
                    old: "\(removed["model"]?.text ?? ""), ended \(change.new)", new: ""))
        }
        document.models.removeAll { $0.endpoints.isEmpty }
    }

    // MARK: Models

    private mutating func addModel(_ endpoint: SourceEndpoint) {
        guard let facts = endpoint.facts, endpoint.isPriced else {
            unknownCount += 1
            return
        }
        var record = FactRecord()
        record["provider"] = .text(endpoint.provider)
        record["model"] = .text(endpoint.model)
        record["pricing"] = .record(Self.pricing(endpoint))
        let slug = endpoint.model
        let position = document.models.firstIndex { $0.slug > slug } ?? document.models.count
        document.models.insert(.init(facts: facts, endpoints: [record]), at: position)
        index = EndpointIndex(document)
        changes.append(
            CatalogueChange(
                kind: .added, model: slug, provider: "", field: "", old: "",
                new: "\(facts["name"]?.text ?? slug), \(record["pricing"]?.json ?? "")"))
    }

    /// Takes facts that a model lacks, and parameters that its list lacks.
    private mutating func fill(_ facts: FactRecord, model: Int) {
        for key in facts.keys where !["id", "supported_parameters"].contains(key) {
            guard document.models[model].facts[key] == nil, let value = facts[key] else { continue }
            document.models[model].facts[key] = value
            changes.append(
                CatalogueChange(
                    kind: .filled, model: document.models[model].slug, provider: "", field: key, old: "",
                    new: value.json))
        }
        let ours = document.models[model].facts["supported_parameters"]?.list.compactMap(\.text) ?? []
        let missing = (facts["supported_parameters"]?.list ?? []).compactMap(\.text).filter { !ours.contains($0) }
        guard !missing.isEmpty else { return }
        document.models[model].facts["supported_parameters"] = .list((ours + missing).sorted().map { .text($0) })
        changes.append(
            CatalogueChange(
                kind: .filled, model: document.models[model].slug, provider: "", field: "supported_parameters",
                old: "", new: missing.joined(separator: ", ")))
    }

    // MARK: Values

    /// Within two per cent of the larger.
    static func isNear(_ left: Int64, _ right: Int64) -> Bool {
        Int128((left - right).magnitude) * 50 <= Int128(max(left, right))
    }

    private static func pricing(_ endpoint: SourceEndpoint) -> FactRecord {
        var record = FactRecord()
        set(endpoint.prices, in: &record)
        if !endpoint.overrides.isEmpty { record["overrides"] = overrides(endpoint.overrides) }
        return record
    }

    private static func overrides(_ overrides: [Int: [String: Int64]]) -> FactValue {
        .list(
            overrides.sorted { $0.key < $1.key }.map { tokens, prices in
                var record = FactRecord()
                record["min_prompt_tokens"] = .literal("\(tokens)")
                set(prices, in: &record)
                return .record(record)
            })
    }

    private static func set(_ prices: [String: Int64], in record: inout FactRecord) {
        for key in CatalogueDocument.priceKeys {
            if let price = prices[key] { record[key] = .text(PriceText.text(price)) }
        }
    }

    /// Whether two lists of overrides say the same wherever both say something. Entries for hours are not compared:
    /// sources write them in too many ways.
    private static func agree(_ ours: FactValue, _ theirs: FactValue) -> Bool {
        theirs.list.allSatisfy { entry in
            guard let entry = entry.record,
                let same = ours.list.compactMap(\.record).first(where: {
                    $0["min_prompt_tokens"] == entry["min_prompt_tokens"]
                })
            else { return ours.list.contains { $0.record?["utc_days"] != nil } }
            return entry.keys.allSatisfy { key in
                guard let left = same[key]?.text, let right = entry[key]?.text else { return true }
                return isNear(PriceText.picos(left) ?? 0, PriceText.picos(right) ?? 0)
            }
        }
    }
}

extension CatalogueDocument {
    /// Our slugs by what the source calls a provider.
    package func slugs(of source: CatalogueSource) -> [String: String] {
        var slugs: [String: String] = [:]
        for (slug, names) in sourceNames {
            for name in names[source.rawValue]?.list.compactMap(\.text) ?? [] { slugs[name] = slug }
        }
        return slugs
    }
}
