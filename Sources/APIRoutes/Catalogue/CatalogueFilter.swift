import Catalog
import Completions

/// Which models a catalogue request asks for. What is not known of a model meets no demand. Source: spec 16.1.
struct CatalogueFilter {
    private enum Flag: String, CaseIterable {
        case yes = "true"
        case no = "false"
    }

    private enum Affirmation: String, CaseIterable {
        case yes = "true"
    }

    /// At least one of these; nil for any.
    private let outputs: ModalitySet?
    /// All of these.
    private let inputs: ModalitySet
    private let parameters: [String]
    /// Lower case.
    private let authors: [String]
    /// Lower case.
    private let architectures: [String]
    /// Positions in the index; nil for any.
    private let providers: Set<Int>?
    private let category: ModelCategory?
    private let contextMin: Int?
    private let isDistillable: Bool?
    private let wantsZeroRetention: Bool
    private let region: DataRegion?
    /// Lower case.
    private let text: String?
    private let figures: CatalogueFigures

    init(_ query: some QueryParameters, _ view: CatalogueView) throws(APIError) {
        let index = view.index
        outputs = try Self.outputs(query)
        inputs = try Self.modalities(query, "input_modalities", among: ModalitySet.inputs.names)
        let known = index.parameters.union(RequestField.allCases.map { "\($0.wireName)" })
        parameters = try Self.known(query, "supported_parameters", among: known, shown: index.parameters)
        authors = try Self.known(query, "model_authors", among: index.authors, shown: index.authors)
        architectures = try Self.architectures(query, index)
        providers = try Self.providers(query, index)
        category = try query.choice("category", ModelCategory.self)
        contextMin = try query.whole("context", atLeast: 1)
        isDistillable = try query.choice("distillable", Flag.self).map { $0 == .yes }
        wantsZeroRetention = try query.choice("zdr", Affirmation.self) != nil
        region = try query.choice("region", DataRegion.self)
        text = query.text("q")?.lowercased()
        figures = try CatalogueFigures(query, unixSeconds: view.unixSeconds)
    }

    /// Models for text only, unless the query says otherwise.
    static func outputs(_ query: some QueryParameters) throws(APIError) -> ModalitySet? {
        let words = query.words("output_modalities")
        if words.contains("all") { return nil }
        if words.isEmpty { return .text }
        return try modalities(
            query, "output_modalities", among: ModalitySet.allNames.filter { $0 != "file" }, or: ["all"])
    }

    func admits(_ row: CatalogueRow) -> Bool {
        let facts = row.model.facts
        if let outputs, facts.outputModalities.isDisjoint(with: outputs) { return false }
        guard facts.inputModalities.isSuperset(of: inputs) else { return false }
        guard parameters.allSatisfy(row.parameters.contains) else { return false }
        if !authors.isEmpty, !authors.contains(row.author) { return false }
        if !architectures.isEmpty, !architectures.contains(where: { Self.matches(row.architecture, $0) }) {
            return false
        }
        if let providers, row.providers.isDisjoint(with: providers) { return false }
        if let category, !facts.categories.contains(category) { return false }
        if let contextMin, row.model.contextLength ?? 0 < contextMin { return false }
        // What nobody permitted is not distillable, whether it was forbidden or never said.
        if let isDistillable, (facts.distillable ?? false) != isDistillable { return false }
        if wantsZeroRetention, !row.hasZeroRetention { return false }
        if let region, !row.regions.contains(region) { return false }
        guard figures.admits(row) else { return false }
        guard let text else { return true }
        return row.names.contains { $0.contains(text) }
    }

    // MARK: Reading

    private static func modalities(
        _ query: some QueryParameters, _ param: String, among names: [String], or others: [String] = []
    ) throws(APIError) -> ModalitySet {
        var set: ModalitySet = []
        for word in query.words(param) {
            guard names.contains(word), let member = ModalitySet(name: word) else {
                throw .wrong(param, word, takes: names + others)
            }
            set.insert(member)
        }
        return set
    }

    /// Words of a vocabulary, in lower case.
    private static func known(
        _ query: some QueryParameters, _ param: String, among known: Set<String>, shown: Set<String>
    ) throws(APIError) -> [String] {
        var words: [String] = []
        for word in query.words(param) {
            let lower = word.lowercased()
            guard known.contains(lower) else { throw unknown(param, word, among: shown.sorted()) }
            words.append(lower)
        }
        return words
    }

    /// A 400 that lists what there is where that is short, and the nearest where it is not.
    private static func unknown(_ param: String, _ word: String, among names: [String]) -> APIError {
        if names.count <= 40 { return .wrong(param, word, takes: names) }
        let nearest = NearestNames.nearest(to: word, among: names)
        let hint = nearest.isEmpty ? "" : ", such as \(nearest.joined(separator: " or "))"
        return .wrong(param, word, "must be names of the catalogue\(hint)")
    }

    /// A family by its name, or by the name without its number: `Llama` stands for `Llama3` and `Llama4`.
    private static func architectures(
        _ query: some QueryParameters, _ index: CatalogueIndex
    ) throws(APIError) -> [String] {
        var words: [String] = []
        for word in query.words("arch") {
            let lower = word.lowercased()
            guard index.architectures.contains(where: { matches($0, lower) }) || vocabulary.contains(lower) else {
                throw unknown("arch", word, among: index.architectures.sorted())
            }
            words.append(lower)
        }
        return words
    }

    private static func matches(_ name: String, _ word: String) -> Bool {
        let name = name.lowercased()
        return name == word || (name.last?.isNumber ?? false) && name.dropLast() == word
    }

    /// Families that the official client knows, whether or not a model of them is here.
    private static let vocabulary: Set<String> = [
        "router", "media", "other", "gpt", "claude", "gemini", "gemma", "grok", "cohere", "nova", "qwen", "yi",
        "deepseek", "mistral", "llama", "llama2", "llama3", "llama4", "palm", "rwkv", "qwen3",
    ]

    private static func providers(
        _ query: some QueryParameters, _ index: CatalogueIndex
    ) throws(APIError) -> Set<Int>? {
        let words = query.words("providers")
        if words.isEmpty { return nil }
        var positions: Set<Int> = []
        for word in words {
            guard let position = index.providersByName[word.lowercased()] else {
                throw unknown("providers", word, among: index.providers.map(\.slug).sorted())
            }
            positions.insert(position)
        }
        return positions
    }
}
