import CSodium

/// Seals secrets for storage: XChaCha20-Poly1305 (IETF) with a random nonce of 192 bits, which can be drawn without a
/// count of those that were used before.
///
/// What is sealed opens only under the same key and for the same context, so that nobody who can write to the store can
/// put one row's secret into another. The seal is the nonce, and behind it the encrypted bytes with their tag.
package struct SealingKey: Sendable {
    private static let keyBytes = Int(crypto_aead_xchacha20poly1305_IETF_KEYBYTES)
    private static let nonceBytes = Int(crypto_aead_xchacha20poly1305_IETF_NPUBBYTES)
    private static let tagBytes = Int(crypto_aead_xchacha20poly1305_IETF_ABYTES)
    /// Tells this use of a secret from every other one.
    private static let purpose = "martlet sealing key v1"
    /// Characters of a secret at least: what can be guessed protects nothing.
    package static let secretBytesMin = 32

    private let key: [UInt8]

    /// - Parameter secret: any text of at least `secretBytesMin` characters that cannot be guessed; nil for a shorter one.
    package init?(_ secret: String) {
        guard secret.utf8.count >= Self.secretBytesMin else { return nil }
        var key = [UInt8](repeating: 0, count: Self.keyBytes)
        let (text, purpose) = (Array(secret.utf8), Array(Self.purpose.utf8))
        let code = crypto_generichash(
            &key, key.count, text, UInt64(text.count), purpose, purpose.count)
        precondition(code == 0, "BLAKE2b takes every length used here")
        self.key = key
    }

    package func seal(_ secret: String, for context: String) -> [UInt8] {
        let (text, context) = (Array(secret.utf8), Array(context.utf8))
        var nonce = [UInt8](repeating: 0, count: Self.nonceBytes)
        randombytes_buf(&nonce, nonce.count)
        var sealed = [UInt8](repeating: 0, count: text.count + Self.tagBytes)
        var count: UInt64 = 0
        let code = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed, &count, text, UInt64(text.count), context, UInt64(context.count), nil, nonce, key)
        precondition(code == 0 && count == UInt64(sealed.count), "encryption cannot fail")
        return nonce + sealed
    }

    /// - Returns: nil for what was sealed under another key or for another context, and for what was changed.
    package func open(_ sealed: [UInt8], for context: String) -> String? {
        guard sealed.count >= Self.nonceBytes + Self.tagBytes else { return nil }
        let nonce = Array(sealed[..<Self.nonceBytes])
        let body = Array(sealed[Self.nonceBytes...])
        let context = Array(context.utf8)
        var text = [UInt8](repeating: 0, count: body.count - Self.tagBytes)
        var count: UInt64 = 0
        // A pointer to an empty array may be nil, which libsodium takes for no output at all.
        text.reserveCapacity(1)
        let code = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &text, &count, nil, body, UInt64(body.count), context, UInt64(context.count), nonce, key)
        guard code == 0, count == UInt64(text.count) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    /// A new secret of 256 random bits, in hexadecimal digits.
    package static func makeSecret() -> String {
        var bytes = [UInt8](repeating: 0, count: keyBytes)
        randombytes_buf(&bytes, bytes.count)
        return bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
