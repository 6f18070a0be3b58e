/// Finds endpoints by provider and the provider's own name, and models by what a name of theirs looks like elsewhere.
package struct EndpointIndex {
    package struct Place {
        package let model: Int
        package let endpoint: Int

        package init(model: Int, endpoint: Int) {
            self.model = model
            self.endpoint = endpoint
        }
    }

    private var places: [String: Place] = [:]
    private var slugs: [String: Int] = [:]
    /// By the plain form of the name; -1 where two models share it.
    private var plain: [String: Int] = [:]
    private var served: Set<String> = []

    package init(_ document: CatalogueDocument) {
        for (position, model) in document.models.enumerated() {
            slugs[model.slug] = position
            let name = Self.plainName(model.slug)
            if !model.slug.contains(":") { plain[name] = plain[name] == nil ? position : -1 }
            for (number, endpoint) in model.endpoints.enumerated() {
                let provider = endpoint["provider"]?.text ?? ""
                served.insert("\(provider) \(position)")
                places["\(provider) \(endpoint["model"]?.text ?? "")"] = Place(model: position, endpoint: number)
            }
        }
    }

    package func place(provider: String, model: String) -> Place? { places["\(provider) \(model)"] }
    func model(slug: String) -> Int? { slugs[slug] }
    func serves(_ provider: String, _ model: Int) -> Bool { served.contains("\(provider) \(model)") }

    /// The model that a provider's name stands for, where the name leaves no doubt.
    package func model(of name: String, at provider: String) -> Int? {
        let position = plain[Self.plainName(name)]
        return position.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// `accounts/fireworks/models/deepseek-v3p2`, `deepseek/deepseek-v3.2` and `DeepSeek-V3.2` have one plain form.
    static func plainName(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let bytes = Array(last.lowercased().utf8)
        var plain: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isPoint = byte == UInt8(ascii: "p") && isDigit(bytes, index - 1) && isDigit(bytes, index + 1)
            let isMark = "._ :@".utf8.contains(byte)
            plain.append(isPoint || isMark ? UInt8(ascii: "-") : byte)
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func isDigit(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes.indices.contains(index) && bytes[index] >= 0x30 && bytes[index] <= 0x39
    }
}
