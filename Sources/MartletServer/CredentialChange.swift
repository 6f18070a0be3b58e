import Access

/// A new list of callers' own provider keys on its way to the main thread, which makes the catalogue of it as it does
/// when the configuration is read again: one after the other.
final class CredentialChange: Sendable, Equatable {
    let credentials: [ProviderCredential]
    private let handed: UnsafeContinuation<Void, Never>

    /// - Parameter handed: resumed when every loop was given the catalogue.
    init(_ credentials: [ProviderCredential], handed: UnsafeContinuation<Void, Never>) {
        self.credentials = credentials
        self.handed = handed
    }

    func wasHanded() { handed.resume() }

    static func == (left: CredentialChange, right: CredentialChange) -> Bool { left === right }
}
