/// What is publicly known about a provider beside its API: shown by `/providers`.
package struct ProviderProfile: Sendable, Equatable {
    package var privacyPolicyURL: String?
    package var termsOfServiceURL: String?
    package var statusPageURL: String?
    /// ISO 3166 country code.
    package var headquarters: String?
    /// ISO 3166 country codes; nil where unknown.
    package var datacenters: [String]?

    package init(
        privacyPolicyURL: String? = nil, termsOfServiceURL: String? = nil, statusPageURL: String? = nil,
        headquarters: String? = nil, datacenters: [String]? = nil
    ) {
        self.privacyPolicyURL = privacyPolicyURL
        self.termsOfServiceURL = termsOfServiceURL
        self.statusPageURL = statusPageURL
        self.headquarters = headquarters
        self.datacenters = datacenters
    }
}
