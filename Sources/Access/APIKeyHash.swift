package import Buffers
package import Cryptography

/// The SHA-256 of an API key: what is stored, and what names the key in public.
package struct APIKeyHash: Hashable, Sendable {
    package let digest: SHA256Digest

    package init(digest: SHA256Digest) {
        self.digest = digest
    }

    /// The hash of a key in plain text.
    package init(ofKey key: Span<UInt8>) {
        digest = SHA256Digest(hashing: key)
    }

    /// Reads the public form: 64 hexadecimal digits.
    package init?(hex: String) {
        guard let digest = SHA256Digest(hex: hex) else { return nil }
        self.digest = digest
    }

    package func append(to output: inout ByteBuffer) {
        digest.append(to: &output)
    }
}

extension APIKeyHash: CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    package var description: String { digest.description }
}
