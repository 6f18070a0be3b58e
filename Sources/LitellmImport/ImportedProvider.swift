import Catalog

/// A provider of the result: one for each address, key and set of header fields of the source.
struct ImportedProvider: Hashable {
    /// What its slug is made of.
    var stem: String
    var name: String
    var baseURL: String
    var dialect = "openai"
    var key: ImportedValue?
    var organization: ImportedValue?
    var headers: [Header] = []

    struct Header: Hashable {
        let name: String
        let value: ImportedValue

        /// By its name; what else is in a header field may be shown.
        var isSecret: Bool {
            ["auth", "key", "token", "secret", "cookie", "password"].contains { name.lowercased().contains($0) }
        }
    }
}

/// The providers of the result with their slugs.
struct ProviderTable {
    private(set) var entries: [(slug: String, provider: ImportedProvider)] = []

    /// The slug of a provider, which is added where it is not there yet.
    mutating func slug(of provider: ImportedProvider) -> String {
        if let known = entries.first(where: { $0.provider == provider }) { return known.slug }
        let slugs = Set(entries.map(\.slug))
        var slug = provider.stem
        var number = 2
        while slugs.contains(slug) {
            slug = "\(provider.stem)-\(number)"
            number += 1
        }
        entries.append((slug, provider))
        return slug
    }

    /// Takes out those that no endpoint uses.
    mutating func keep(_ slugs: Set<String>) { entries.removeAll { !slugs.contains($0.slug) } }
}
