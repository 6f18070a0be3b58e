/// Who makes a request: the holder of one API key.
///
/// A class, so that all requests of a key share it whatever loop they are on.
package final class Principal: Sendable {
    package let key: APIKeyRecord

    package init(key: APIKeyRecord) {
        self.key = key
    }

    package var hash: APIKeyHash { key.hash }
    package var keyClass: APIKeyClass { key.keyClass }
    package var isDisabled: Bool { key.isDisabled }
}
