/// What the operator can set about images and documents that are fetched from the web for providers that cannot
/// (`fetch_images`), and what holds where the operator says nothing.
package struct MediaFetchSettings: Sendable, Equatable {
    package var isEnabled = true
    /// Bytes of one.
    package var bytesMax = 20 << 20
    /// Bytes of all of a request.
    package var totalBytesMax = 50 << 20
    /// Different URLs of a request.
    package var countMax = 16
    /// For all of a request that an endpoint needs, from the first look-up to the last byte, in milliseconds.
    package var timeoutMs: UInt64 = 10_000
    /// Redirects that one URL may lead through.
    package var redirectsMax = 3
    /// Addresses that are reached although they are not public.
    package var allowedPrivate: [IPNetwork] = []

    package init() {}

    /// Whether a connection to this address may be opened.
    package func allows(_ address: IPAddress) -> Bool {
        address.isPublic || allowedPrivate.contains { $0.contains(address) }
    }
}
