/// The bounds of a catalogue: what a configuration may hold, and how much a look-up may cost.
package enum CatalogLimits {
    /// Bytes of a model slug or alias.
    package static let slugBytes = 256
    /// Models in one catalogue.
    package static let models = 20_000
    /// Endpoints in one catalogue, those of callers' own keys included: decisions are stored with 16 bits for each.
    package static let endpoints = 65_535
    /// Endpoints of one model.
    package static let endpointsPerModel = 256
    /// The largest `order` of an endpoint, which one without it has.
    package static let orderMax: UInt8 = 16
    /// Keys of one provider.
    package static let keysPerProvider = 16
    /// Slugs offered for an unknown one.
    package static let suggestions = 3
    /// Bytes of one header value sent to a provider, keys included.
    package static let headerValueBytes = 8192
}
