import Catalog
import Completions

/// Which models a catalogue request asks for.
struct CatalogueFilter {
    /// At least one of these; nil for any.
    private let outputs: ModalitySet?
    /// All of these.
    private let inputs: ModalitySet
    private let parameters: [String]
    private let authors: [String]
    private let providers: [String]
    private let contextMin: Int?
    /// Lower case.
    private let text: String?

    init(_ query: some QueryParameters) throws(APIError) {
        let outputs = Self.words(query["output_modalities"])
        self.outputs =
            outputs.contains("all") ? nil : outputs.isEmpty ? .text : try Self.modalities(outputs, "output_modalities")
        inputs = try Self.modalities(Self.words(query["input_modalities"]), "input_modalities")
        parameters = Self.words(query["supported_parameters"])
        authors = Self.words(query["model_authors"])
        providers = Self.words(query["providers"])
        contextMin = try CataloguePage.number(query["context"], "context")
        text = query["q"].flatMap { $0.isEmpty ? nil : $0.lowercased() }
    }

    func admits(_ row: CatalogueRow) -> Bool {
        let model = row.model
        if let outputs, model.facts.outputModalities.isDisjoint(with: outputs) { return false }
        guard model.facts.inputModalities.isSuperset(of: inputs) else { return false }
        if !parameters.isEmpty {
            let names = model.parameters.names
            guard parameters.allSatisfy(names.contains) else { return false }
        }
        if !authors.isEmpty, !authors.contains(String(model.author)) { return false }
        if !providers.isEmpty, !model.shownEndpoints.contains(where: isWanted) { return false }
        if let contextMin, model.contextLength ?? 0 < contextMin { return false }
        guard let text else { return true }
        let names = [row.alias?.slug ?? model.slug, row.alias?.name ?? model.name]
        return names.contains { $0.lowercased().contains(text) }
    }

    private func isWanted(_ endpoint: Endpoint) -> Bool {
        providers.contains { $0 == endpoint.provider.slug || $0 == endpoint.provider.displayName }
    }

    private static func words(_ text: String?) -> [String] {
        text?.split(separator: ",").map(String.init) ?? []
    }

    private static func modalities(_ names: [String], _ param: String) throws(APIError) -> ModalitySet {
        var set: ModalitySet = []
        for name in names {
            guard let member = ModalitySet(name: name) else {
                throw .invalid(param, "\(param) takes \(ModalitySet.allNames.joined(separator: ", ")).")
            }
            set.insert(member)
        }
        return set
    }
}
