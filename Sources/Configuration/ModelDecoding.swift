import Accounting
import Catalog
import Completions
import Routing

extension ConfigurationReader {
    mutating func models(_ node: YAMLNode?, _ keys: KeySet) -> [ModelDraft] {
        guard let node, let items = list(node, "models") else { return [] }
        var drafts: [ModelDraft] = []
        for item in items { addModel(item, keys, to: &drafts) }
        return drafts
    }

    mutating func addModel(_ node: YAMLNode, _ keys: KeySet, to drafts: inout [ModelDraft]) {
        guard let draft = model(node, keys) else { return }
        if let other = drafts.first(where: { $0.facts.slug == draft.facts.slug }) {
            report(draft.line, "the model \(draft.facts.slug) is already on line \(other.line)")
        } else {
            drafts.append(draft)
        }
    }

    private mutating func model(_ node: YAMLNode, _ keys: KeySet) -> ModelDraft? {
        guard let values = mapping(node, keys) else { return nil }
        guard let slug = text(values["id"], "id") else {
            if values["id"] == nil { report(node.line, "a model needs an id") }
            return nil
        }
        guard NameRules.isModelSlug(slug) else {
            report(node.line, "id must be author/name without spaces\(given(values["id"]!))")
            return nil
        }
        var facts = Model.Facts(slug: slug, name: text(values["name"], "name"))
        facts.created = integer(values["created"], "created", in: 0...253_402_300_799).map(Int64.init) ?? 0
        facts.description =
            text(values["description"], "description", maxBytes: ConfigurationLimits.descriptionBytes) ?? ""
        facts.contextLength = integer(values["context_length"], "context_length", in: ConfigurationLimits.tokens)
        facts.maxCompletionTokens = integer(
            values["max_completion_tokens"], "max_completion_tokens", in: ConfigurationLimits.tokens)
        facts.inputModalities = modalities(values["input_modalities"], "input_modalities") ?? .text
        facts.outputModalities = modalities(values["output_modalities"], "output_modalities") ?? .text
        facts.aliases = aliases(values["aliases"])
        facts.fallbacks = fallbacks(values["fallbacks"], of: slug)
        facts.family = family(values["family"])
        facts.categories = categories(values["categories"])
        facts.demandsCallersKey = bool(values["byok_only"], "byok_only") ?? false
        facts.distillable = bool(values["distillable"], "distillable")
        readCatalogueFacts(values, into: &facts)
        var draft = ModelDraft(line: node.line, facts: facts)
        draft.parameters = parameters(values["supported_parameters"])
        draft.endpoints = endpoints(values["endpoints"], of: facts, line: node.line)
        return draft
    }

    private mutating func readCatalogueFacts(_ values: [String: YAMLNode], into facts: inout Model.Facts) {
        facts.canonicalSlug = text(values["canonical_slug"], "canonical_slug")
        facts.tokenizer = text(values["tokenizer"], "tokenizer")
        facts.instructType = text(values["instruct_type"], "instruct_type")
        facts.huggingFaceID = text(values["hugging_face_id"], "hugging_face_id")
        facts.knowledgeCutoff = text(values["knowledge_cutoff"], "knowledge_cutoff")
        facts.expirationDate = text(values["expiration_date"], "expiration_date")
        facts.isModerated = bool(values["is_moderated"], "is_moderated") ?? false
        facts.takesSystemAnywhere = bool(values["system_anywhere"], "system_anywhere") ?? false
        facts.license = choice(values["license"], "license", among: WeightsLicense.allCases.map(\.rawValue)) {
            WeightsLicense(rawValue: $0)
        }
        facts.defaultParameters = defaultParameters(values["default_parameters"])
        facts.benchmarks = benchmarks(values["benchmarks"])
        guard let node = values["reasoning"], let reasoning = mapping(node, .reasoning) else { return }
        let efforts = ReasoningPreferences.Effort.allCases.map(\.rawValue)
        var supported: [ReasoningPreferences.Effort]?
        if let list = reasoning["efforts"].flatMap({ self.list($0, "efforts") }) {
            supported = list.compactMap { item in
                choice(item, "efforts", among: efforts) { ReasoningPreferences.Effort(rawValue: $0) }
            }
        }
        facts.reasoning = ReasoningSupport(
            isMandatory: bool(reasoning["mandatory"], "mandatory") ?? false,
            defaultEffort: choice(reasoning["default_effort"], "default_effort", among: efforts) {
                ReasoningPreferences.Effort(rawValue: $0)
            },
            efforts: supported, takesTokenBudget: bool(reasoning["token_budget"], "token_budget") ?? false,
            isOnByDefault: bool(reasoning["default_enabled"], "default_enabled"))
    }

    /// The `family` in `~author/family-latest`.
    private mutating func family(_ node: YAMLNode?) -> String? {
        guard let node, let name = text(node, "family", maxBytes: ConfigurationLimits.slugBytes) else { return nil }
        if NameRules.isProviderSlug(name) { return name }
        report(node.line, "family must be lower-case letters, digits, -, _ and .\(given(node))")
        return nil
    }

    private mutating func modalities(_ node: YAMLNode?, _ key: String) -> ModalitySet? {
        guard let node, let items = list(node, key) else { return nil }
        var set: ModalitySet = []
        for item in items {
            if let member = choice(item, key, among: ModalitySet.allNames, { ModalitySet(name: $0) }) {
                set.insert(member)
            }
        }
        if items.isEmpty { report(node.line, "\(key) must name at least one modality") }
        return set
    }

    private mutating func aliases(_ node: YAMLNode?) -> [String] {
        guard let node, let items = list(node, "aliases") else { return [] }
        var aliases: [String] = []
        for item in items {
            guard let alias = text(item, "aliases", maxBytes: CatalogLimits.slugBytes) else { continue }
            if NameRules.isVisible(alias) {
                aliases.append(alias)
            } else {
                report(item.line, "an alias must be visible ASCII without spaces\(given(item))")
            }
        }
        return aliases
    }

    private mutating func fallbacks(_ node: YAMLNode?, of slug: String) -> [String] {
        guard let node, let names = texts(node, "fallbacks") else { return [] }
        if names.count >= RoutingLimits.models {
            report(node.line, "fallbacks of \(slug) has \(names.count) models; at most \(RoutingLimits.models - 1) fit")
            return []
        }
        return names
    }

    private mutating func parameters(_ node: YAMLNode?) -> SupportedParameters? {
        guard let node, let names = texts(node, "supported_parameters") else { return nil }
        let parameters = SupportedParameters(names: names)
        let vocabulary = RequestField.allCases.map { "\($0.wireName)" }
        for name in parameters.unknown {
            let nearest = NearestNames.nearest(to: name, among: vocabulary, limit: 1).first
            note(
                node.line,
                "supported_parameters names \(name), which is no known parameter"
                    + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
        return parameters
    }

    private mutating func endpoints(
        _ node: YAMLNode?, of model: Model.Facts, line: Int
    ) -> [ModelDraft.EndpointDraft] {
        guard let node else {
            report(line, "the model \(model.slug) needs endpoints: which provider serves it, and under what name")
            return []
        }
        guard let items = list(node, "endpoints") else { return [] }
        if items.isEmpty || items.count > CatalogLimits.endpointsPerModel {
            report(node.line, "the model \(model.slug) needs 1 to \(CatalogLimits.endpointsPerModel) endpoints")
        }
        let completes = model.outputModalities.isDisjoint(with: [.embeddings, .rerank])
        return items.compactMap { endpoint($0, completes: completes) }
    }

    private mutating func endpoint(_ node: YAMLNode, completes: Bool) -> ModelDraft.EndpointDraft? {
        guard let values = mapping(node, isCatalogue ? .catalogueEndpoint : .endpoint) else { return nil }
        for key in ["provider", "model"] where values[key] == nil { report(node.line, "an endpoint needs a \(key)") }
        guard let provider = text(values["provider"], "provider"),
            let upstreamModel = text(values["model"], "model", maxBytes: 1024)
        else { return nil }
        if upstreamModel.isEmpty { report(node.line, "model must not be empty") }
        var draft = ModelDraft.EndpointDraft(line: node.line, provider: provider, upstreamModel: upstreamModel)
        draft.tag = text(values["tag"], "tag")
        draft.dialect = dialect(values["dialect"], "dialect")
        draft.contextLength = integer(values["context_length"], "context_length", in: ConfigurationLimits.tokens)
        draft.maxCompletionTokens = integer(
            values["max_completion_tokens"], "max_completion_tokens", in: ConfigurationLimits.tokens)
        draft.quantization = choice(
            values["quantization"], "quantization", among: Endpoint.Quantization.allCases.map(\.rawValue)
        ) { Endpoint.Quantization(rawValue: $0) }
        draft.parameters = parameters(values["supported_parameters"])
        draft.pricing = values["pricing"].flatMap { pricing($0, completes: completes) }
        draft.weight = integer(values["weight"], "weight", in: ConfigurationLimits.weight) ?? draft.weight
        draft.order =
            integer(values["order"], "order", in: 1...Int(CatalogLimits.orderMax)).map(UInt8.init) ?? draft.order
        if isCatalogue { readCatalogueFacts(values, into: &draft) }
        draft.limits = usageLimits(values["limits"]) ?? UsageLimits()
        if let timeouts = values["timeouts"].flatMap({ mapping($0, .endpointTimeouts) }) {
            draft.timeouts = EndpointTimeouts(
                connectMs: milliseconds(timeouts["connect"], "connect"),
                firstByteMs: milliseconds(timeouts["first_byte"], "first_byte"),
                idleMs: milliseconds(timeouts["idle"], "idle"), totalMs: milliseconds(timeouts["total"], "total"))
        }
        return draft
    }

    private mutating func readCatalogueFacts(_ values: [String: YAMLNode], into draft: inout ModelDraft.EndpointDraft) {
        draft.deprecationDate = text(values["deprecation_date"], "deprecation_date")
        guard let node = values["tiers"] else { return }
        let names = Endpoint.ServiceTier.allCases.map(\.rawValue) + ["batch"]
        guard let tiers = mapping(node, KeySet(place: "tiers", accepted: names)) else { return }
        for name in names { draft.tiers[name] = tiers[name].flatMap { pricing($0) } }
    }
}
