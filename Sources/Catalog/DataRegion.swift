/// A part of the world that data can be kept in.
package enum DataRegion: String, Sendable, CaseIterable {
    case eu, us

    /// The member states of the European Union.
    private static let euCountries: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV",
        "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    /// Whether what goes to the endpoint stays in the region: by its own region, else when every known datacentre of
    /// its provider is there. Where nothing is known it does not.
    package func contains(_ endpoint: Endpoint) -> Bool {
        if let region = endpoint.region?.lowercased() { return region == rawValue || region.hasPrefix(rawValue + "-") }
        guard let countries = endpoint.provider.profile.datacenters, !countries.isEmpty else { return false }
        return countries.allSatisfy { self == .us ? $0 == "US" : Self.euCountries.contains($0) }
    }
}
