import JSONText

/// `models.json` and `providers.json` as data: what the importer changes and writes back.
///
/// A model is a few lines and each endpoint one, with members in a fixed order, so that a refresh shows as the lines
/// that changed.
package struct CatalogueDocument: Equatable, Sendable {
    package struct Malformed: Error, Sendable {
        package let message: String
    }

    /// One model; `endpoints` is apart from its other members.
    package struct ModelRecord: Equatable, Sendable {
        package var facts: FactRecord
        package var endpoints: [FactRecord]

        var slug: String { facts["id"]?.text ?? "" }
    }

    /// The providers as they stand in `providers.json`.
    package let providers: [FactRecord]
    /// How each source calls a provider: `sources` in `providers.json`, by the provider's slug.
    package let sourceNames: [(slug: String, names: FactRecord)]
    package var models: [ModelRecord]

    private static let modelLines = [
        ["id", "canonical_slug", "name", "created", "family", "aliases", "description", "byok_only"],
        [
            "context_length", "max_completion_tokens", "input_modalities", "output_modalities", "tokenizer",
            "instruct_type", "hugging_face_id", "knowledge_cutoff", "expiration_date", "is_moderated",
        ],
        ["reasoning", "system_anywhere"], ["license", "distillable", "categories", "default_parameters", "benchmarks"],
        ["supported_parameters"],
    ]
    static let endpointKeys = [
        "provider", "model", "tag", "dialect", "context_length", "max_completion_tokens", "quantization",
        "supported_parameters", "deprecation_date", "pricing", "tiers",
    ]
    static let priceKeys = [
        "min_prompt_tokens", "utc_start", "utc_end", "utc_days", "prompt", "completion", "request", "image",
        "image_token", "image_output", "audio", "audio_output", "input_audio_cache", "web_search", "web_search_per",
        "internal_reasoning", "input_cache_read", "input_cache_write", "input_cache_write_1h", "overrides", "discount",
    ]

    package init(providers: String, models: String) throws(Malformed) {
        let scanner = JSONScanner()
        self.providers = try Self.list(providers, "providers", scanner)
        sourceNames = self.providers.compactMap { record in
            guard let slug = record["slug"]?.text, let names = record["sources"]?.record else { return nil }
            return (slug, names)
        }
        self.models = try Self.list(models, "models", scanner).map { record in
            var facts = record
            let endpoints = record["endpoints"]?.list.compactMap(\.record) ?? []
            facts["endpoints"] = nil
            return ModelRecord(facts: facts, endpoints: endpoints)
        }
    }

    private static func list(
        _ text: String, _ key: StaticString, _ scanner: JSONScanner
    ) throws(Malformed) -> [FactRecord] {
        let root: JSONValue
        do throws(JSONError) {
            root = try scanner.scan(copying: text)
        } catch {
            throw Malformed(message: "is no valid JSON: \(error)")
        }
        guard let list = root[key], list.isArray else { throw Malformed(message: "has no list \"\(key)\"") }
        return list.elements.map { FactRecord($0) }
    }

    /// The text of `models.json`.
    package var modelsText: String {
        let blocks = models.map { model in
            let known = Self.modelLines.flatMap(\.self)
            let others = model.facts.keys.filter { !known.contains($0) }
            let lines = (Self.modelLines + [others]).map { model.facts.json($0) }.filter { !$0.isEmpty }
            let endpoints = model.endpoints.map { "  {" + $0.sorted(by: Self.endpointKeys).joined + "}" }
            return "{" + lines.joined(separator: ",\n ") + ",\n \"endpoints\": [\n"
                + endpoints.joined(separator: ",\n") + "\n ]}"
        }
        return "{\"models\": [\n" + blocks.joined(separator: ",\n") + "\n]}\n"
    }

    package static func == (left: CatalogueDocument, right: CatalogueDocument) -> Bool { left.models == right.models }
}

extension FactRecord {
    fileprivate var joined: String { json(keys) }
}
