import COpenSSL

/// An RSA key that signs: RSASSA-PKCS1-v1_5 with SHA-256, which JWTs call RS256 (RFC 7518 section 3.3).
///
/// Never changed after it is made, so that threads may share it: each signature has a context of its own.
package final class RSAPrivateKey: @unchecked Sendable {
    /// Why a text is no key to sign with: a sentence without a subject, for the operator.
    package struct Unusable: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    private let pointer: OpaquePointer

    /// Bits of the modulus below which a key is refused, as RFC 7518 section 3.3 demands.
    package static let bitsMin = 2_048

    /// - Parameter pem: a key in PEM, of PKCS #8 or PKCS #1, without a passphrase.
    /// - Throws: why it is none, without showing any of it.
    package init(pem: String) throws(Unusable) {
        ERR_clear_error()
        let bytes = Array(pem.utf8)
        let read: OpaquePointer? = bytes.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(source) }
            // Without this OpenSSL asks the terminal for a passphrase.
            return PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil)
        }
        ERR_clear_error()
        guard let read else { throw Unusable(description: "is no private key in PEM that can be read") }
        guard EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA else {
            EVP_PKEY_free(read)
            throw Unusable(description: "is a key of another kind than RSA")
        }
        guard EVP_PKEY_get_bits(read) >= Self.bitsMin else {
            EVP_PKEY_free(read)
            throw Unusable(description: "is an RSA key of less than \(Self.bitsMin) bits")
        }
        pointer = read
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// The signature over `message`: as many bytes as the modulus has. Takes about a millisecond.
    ///
    /// - Returns: nil where OpenSSL has no memory for it.
    package func sign(_ message: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, pointer) == 1 else { return nil }
        var count = Int(EVP_PKEY_get_size(pointer))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }
}
