import CCatalogue
import Catalog
import JSONText

/// The catalogue's two files, read but not yet joined with an operator's entries and the environment.
struct CatalogueDrafts: Sendable {
    static let providersFile = "providers.json"
    static let modelsFile = "models.json"

    private(set) var providers: [ProviderDraft] = []
    private(set) var models: [ModelDraft] = []
    /// What is wrong, with the file's name and the line in each message.
    private(set) var problems: [String] = []
    /// What is odd.
    private(set) var remarks: [String] = []

    static let none = CatalogueDrafts()

    /// What ships with the router. Read once; that it has no problems is a test's business.
    static let shipped = CatalogueDrafts(
        providers: bytes(martlet_catalogue_providers()), models: bytes(martlet_catalogue_models()))

    /// The providers of it, for what is asked of them alone.
    static let shippedProviders = CatalogueDrafts(
        providers: bytes(martlet_catalogue_providers()), models: Array("{\"models\":[]}".utf8)
    ).providers

    /// The files of a directory.
    /// - Parameter readFile: the content of a file; nil where it cannot be read.
    init(directory: String, readFile: (String) -> String?) {
        let names = [Self.providersFile, Self.modelsFile]
        let texts = names.map { readFile(directory + "/" + $0) }
        for (name, text) in zip(names, texts) where text == nil {
            problems.append("\(directory)/\(name) cannot be read")
        }
        guard let providers = texts[0], let models = texts[1] else { return }
        read(Array(providers.utf8), Array(models.utf8), prefix: directory + "/")
    }

    /// The files' contents.
    init(providers: [UInt8], models: [UInt8]) {
        read(providers, models, prefix: "")
    }

    private init() {}

    private mutating func read(_ providers: [UInt8], _ models: [UInt8], prefix: String) {
        var drafts = (providers: [ProviderDraft](), models: [ModelDraft]())
        eachEntry(of: providers, "providers", name: prefix + Self.providersFile) { node, reader in
            reader.addProvider(node, .catalogueProvider, to: &drafts.providers)
        }
        eachEntry(of: models, "models", name: prefix + Self.modelsFile) { node, reader in
            reader.addModel(node, .catalogueModel, to: &drafts.models)
        }
        (self.providers, self.models) = drafts
    }

    /// Calls `body` with each entry of the list `key`, one at a time: a tree of the whole file would be the largest
    /// thing in memory.
    private mutating func eachEntry(
        of text: [UInt8], _ key: StaticString, name: String, _ body: (YAMLNode, inout ConfigurationReader) -> Void
    ) {
        let scanner = JSONScanner()
        var nodes = JSONNodes(text)
        do throws(JSONError) {
            let root = try scanner.scan(copying: text.span)
            guard let list = root[key], list.isArray, root.count == 1 else {
                problems.append("\(name): must be an object with the one key \"\(key)\", a list")
                return
            }
            for element in list.elements {
                var reader = ConfigurationReader.forCatalogue()
                let entry = (element["id"] ?? element["slug"])?.string ?? ""
                do throws(ConfigurationProblem) {
                    body(try nodes.node(element), &reader)
                } catch {
                    reader.report(error.line, error.message)
                }
                problems += reader.problems.map { Self.message($0, name, entry) }
                remarks += reader.notes.map { Self.message($0, name, entry) }
            }
        } catch {
            problems.append("\(name):\(nodes.line(at: error.offset)): is no valid JSON: \(error)")
        }
    }

    private static func message(_ problem: ConfigurationProblem, _ name: String, _ entry: String) -> String {
        let place = problem.line.map { "\(name):\($0)" } ?? name
        return entry.isEmpty ? "\(place): \(problem.message)" : "\(place): \(entry): \(problem.message)"
    }

    private static func bytes(_ file: martlet_catalogue_file) -> [UInt8] {
        Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
