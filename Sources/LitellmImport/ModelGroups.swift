import Catalog
import Configuration
import Routing

/// The models of the result: entries of one name together, with aliases and fallbacks between them.
struct ModelGroups {
    private(set) var models: [ImportedModel] = []
    private var positions: [String: Int] = [:]

    mutating func add(_ name: String, _ endpoint: ImportedEndpoint) {
        if let position = positions[name] {
            models[position].endpoints.append(endpoint)
            return
        }
        let id = id(name, provider: endpoint.providerSlug)
        var model = ImportedModel(sourceName: name, id: id, endpoints: [endpoint])
        if name != id { model.aliases.append(name) }
        positions[name] = models.count
        models.append(model)
    }

    /// The model of a name, an alias or a deployment's `id`.
    func model(named name: String) -> ImportedModel? {
        if let position = positions[name] { return models[position] }
        return models.first { $0.aliases.contains(name) || $0.endpoints.contains { $0.id == name } }
    }

    /// `author/name`: the name itself where it has that form, else with the provider of the first entry before it.
    private func id(_ name: String, provider: String) -> String {
        let plain = String(name.map { Self.isSlugCharacter($0) ? $0 : "-" })
        let parts = plain.split(separator: "/").map(String.init)
        var id = parts.count == 2 ? plain : "\(provider)/\(parts.joined(separator: "-"))"
        if parts.isEmpty { id = "\(provider)/model" }
        var number = 2
        let wanted = id
        while models.contains(where: { $0.id == id }) {
            id = "\(wanted)-\(number)"
            number += 1
        }
        return id
    }

    private static func isSlugCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._:/@+".contains(character))
    }

    // MARK: Aliases and fallbacks

    mutating func join(_ settings: GlobalSettings, lost: Set<String>, _ log: ImportLog) {
        dropNamelessAliases(log)
        for (alias, name, line) in settings.aliases {
            let path = "router_settings.model_group_alias.\(alias)"
            guard let position = position(named: name) else {
                log.dropped(line, path, Self.missing(name, lost))
                continue
            }
            if model(named: alias) != nil {
                log.dropped(line, path, "\(alias) is already the name of a model")
            } else if Self.isAlias(alias) {
                models[position].aliases.append(alias)
            } else {
                log.dropped(line, path, "names of models are visible ASCII without spaces")
            }
        }
        for (name, others, line, path) in settings.fallbacks {
            guard let position = position(named: name) else {
                log.dropped(line, path, Self.missing(name, lost))
                continue
            }
            addFallbacks(others, to: position, line: line, path: path, lost, log)
        }
        guard let (names, line) = settings.defaultFallbacks else { return }
        for position in models.indices where models[position].fallbacks.isEmpty {
            addFallbacks(names, to: position, line: line, path: "default_fallbacks", lost, log)
        }
    }

    private mutating func addFallbacks(
        _ names: [String], to position: Int, line: Int, path: String, _ lost: Set<String>, _ log: ImportLog
    ) {
        for name in names {
            guard let other = model(named: name) else {
                let remark = (line: line, path: path, reason: Self.missing(name, lost))
                if !log.remarks.contains(where: { $0.line == remark.line && $0.reason == remark.reason }) {
                    log.dropped(remark.line, remark.path, remark.reason)
                }
                continue
            }
            if other.endpoints.contains(where: { $0.id == name }), positions[name] == nil {
                if other.id == models[position].id {
                    log.dropped(line, path, "\(name) is an endpoint of the model itself, which is tried anyway")
                } else {
                    log.changed(line, path, "every endpoint of \(other.sourceName) is tried, not \(name) alone")
                }
            }
            if other.id == models[position].id || models[position].fallbacks.contains(other.id) { continue }
            if models[position].fallbacks.count == RoutingLimits.models - 1 {
                log.dropped(line, path, "a model has at most \(RoutingLimits.models - 1) fallbacks")
                return
            }
            models[position].fallbacks.append(other.id)
        }
    }

    private mutating func dropNamelessAliases(_ log: ImportLog) {
        for position in models.indices {
            let wrong = models[position].aliases.filter { !Self.isAlias($0) }
            guard let name = wrong.first, let first = models[position].endpoints.first else { continue }
            models[position].aliases.removeAll { wrong.contains($0) }
            log.changed(
                first.line, first.path, "\(name) cannot be a name here; callers ask for \(models[position].id)")
        }
    }

    private func position(named name: String) -> Int? {
        model(named: name).flatMap { model in models.firstIndex { $0.id == model.id } }
    }

    private static func isAlias(_ name: String) -> Bool {
        name.utf8.count <= CatalogLimits.slugBytes && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func missing(_ name: String, _ lost: Set<String>) -> String {
        lost.contains(name) ? "the model \(name) did not come along" : "no model is called \(name)"
    }
}
