import JSONText

/// One model as the server lists it.
struct ModelRow: Equatable {
    var id: String
    var name: String
    var contextLength: Int?
    /// US dollars per token, as the server wrote them.
    var promptPrice: String?
    var completionPrice: String?
    /// Display names of who can be asked for it, and of who could with a key; nil when not asked for.
    var providers: [String]?
    var providersWithoutKey: [String] = []

    /// Says that a provider has the model at one of its endpoints.
    mutating func note(provider: String, isCallable: Bool) {
        var names = providers ?? []
        if isCallable, !names.contains(provider) { names.append(provider) }
        providers = names
        if !isCallable, !providersWithoutKey.contains(provider) { providersWithoutKey.append(provider) }
    }

    init(id: String, name: String, contextLength: Int?, promptPrice: String?, completionPrice: String?) {
        self.id = id
        self.name = name
        self.contextLength = contextLength
        self.promptPrice = promptPrice
        self.completionPrice = completionPrice
    }

    /// Nil for an entry without an id.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.init(
            id: id, name: json["name"]?.string ?? id, contextLength: json["context_length"]?.integer.map { Int($0) },
            promptPrice: json["pricing"]?["prompt"]?.string, completionPrice: json["pricing"]?["completion"]?.string)
    }

    func matches(_ query: String) -> Bool {
        let needle = query.lowercased()
        return id.lowercased().contains(needle) || name.lowercased().contains(needle)
    }
}
