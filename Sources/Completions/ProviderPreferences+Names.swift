extension ProviderPreferences {
    /// Whether `order` or `only` names the provider, or one of its endpoints.
    package func names(_ slug: String) -> Bool {
        (order + (only ?? [])).contains { $0.lowercased().split(separator: "/").first.map(String.init) == slug }
    }
}
