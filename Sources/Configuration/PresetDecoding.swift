import Buffers
import Catalog
import Completions
import Dialects
import JSONText
import Routing

extension ConfigurationReader {
    /// `presets`: by name, the fields that requests which give the name are laid over.
    ///
    /// - Parameter catalog: where their models are looked up, for a note; nil where it could not be built.
    mutating func presets(_ node: YAMLNode?, in catalog: ModelCatalog?) -> PresetTable {
        guard let node else { return PresetTable() }
        guard case .mapping(let entries) = node.content else {
            report(node.line, "presets must be a mapping of names to fields of requests, not \(node.kindName)")
            return PresetTable()
        }
        if entries.count > ConfigurationLimits.presets {
            report(node.line, "there are more than \(ConfigurationLimits.presets) presets")
        }
        let scanner = JSONScanner()
        var presets: [Preset] = []
        for entry in entries.prefix(ConfigurationLimits.presets) {
            guard NameRules.isProviderSlug(entry.key) else {
                report(
                    entry.line,
                    "a preset's name is lower-case letters, digits, \"-\", \".\" and \"_\", at most "
                        + "\(ConfigurationLimits.slugBytes) of them, not \"\(entry.key.prefix(80))\"")
                continue
            }
            if let preset = preset(entry, scanner, in: catalog) { presets.append(preset) }
        }
        return PresetTable(presets)
    }

    private mutating func preset(
        _ entry: YAMLEntry, _ scanner: JSONScanner, in catalog: ModelCatalog?
    ) -> Preset? {
        let problemsBefore = problems.count
        guard let values = mapping(entry.value, .preset), case .mapping(let fields) = entry.value.content else {
            return nil
        }
        let prompt = text(values["system_prompt"], "system_prompt", maxBytes: ConfigurationLimits.presetTextBytes)
        var json = JSONWriter()
        json.beginObject()
        for field in fields where field.key != "system_prompt" && values[field.key] != nil {
            json.key(text: field.key)
            write(field.value, field.key, scanner, into: &json)
        }
        json.endObject()
        let body = json.finish()
        if problems.count > problemsBefore { return nil }
        do throws(JSONError) {
            let root = try scanner.scan(copying: body.span)
            guard let request = accepted(root, of: entry) else { return nil }
            checkModels(of: request, entry, values, in: catalog)
            if problems.count > problemsBefore { return nil }
            return Preset(slug: entry.key, systemPrompt: prompt.flatMap { $0.isEmpty ? nil : $0 }, fields: root)
        } catch {
            report(entry.line, "the preset \(entry.key) is too large: \(error)")
            return nil
        }
    }

    /// The fields as a request of them would be read; nil where it would be refused.
    private mutating func accepted(_ root: JSONValue, of entry: YAMLEntry) -> CompletionRequest? {
        do throws(APIError) {
            return try ChatRequestDecoder.decode(root, surface: .explanation)
        } catch {
            report(
                error.param.map { entry.value.line(at: $0) } ?? entry.line,
                "in the preset \(entry.key): \(error.message)")
            return nil
        }
    }

    private mutating func checkModels(
        of request: CompletionRequest, _ entry: YAMLEntry, _ values: [String: YAMLNode], in catalog: ModelCatalog?
    ) {
        for name in ModelResolver.requestedNames(request) {
            let line = (values["model"] ?? values["models"])?.line
            if PresetReference.isIn(model: name) {
                report(line, "in the preset \(entry.key): \(name) names a preset; a preset names models")
                continue
            }
            guard let catalog, name != ModelResolver.freeRouter else { continue }
            guard let model = ModelResolver.model(named: name, in: catalog) else {
                let nearest = catalog.nearest(to: name)
                let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
                note(line, "the preset \(entry.key) names \(name), which is not in the catalogue\(hint)")
                continue
            }
            if !model.isCallable {
                note(line, "the preset \(entry.key) names \(name), whose providers have no key")
            }
        }
    }

    // MARK: YAML as JSON

    /// Writes a value as the JSON that a caller would send: what is quoted is a string, and what is not may be a number, a
    /// boolean or null.
    private mutating func write(
        _ node: YAMLNode, _ key: String, _ scanner: JSONScanner, into json: inout JSONWriter
    ) {
        switch node.content {
        case .mapping(let entries):
            json.beginObject()
            for entry in entries {
                json.key(text: entry.key)
                write(entry.value, entry.key, scanner, into: &json)
            }
            json.endObject()
        case .sequence(let items):
            json.beginArray()
            for item in items { write(item, key, scanner, into: &json) }
            json.endArray()
        case .scalar(_, let isPlain):
            guard let text = text(node, key, maxBytes: ConfigurationLimits.presetTextBytes) else { return json.null() }
            if !isPlain { return json.string(text) }
            if node.isNull { return json.null() }
            switch (try? scanner.scan(copying: text))?.kind {
            case .number, .true, .false: json.raw(text.utf8.span)
            default: json.string(text)
            }
        }
    }
}

extension YAMLNode {
    /// The line of the value at a path such as `tools[0].function.name`, or of the nearest one above it that is there.
    fileprivate func line(at path: String) -> Int {
        var node = self
        var line = self.line
        for step in path.split(whereSeparator: { ".[]".contains($0) }) {
            switch node.content {
            case .mapping(let entries):
                guard let entry = entries.first(where: { $0.key == step }) else { return line }
                node = entry.value
                line = entry.line
            case .sequence(let items):
                guard let index = Int(step), items.indices.contains(index) else { return line }
                node = items[index]
                line = node.line
            case .scalar: return line
            }
        }
        return line
    }
}
