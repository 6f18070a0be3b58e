/// An API key in plain text: made, checked and masked here, and shown once.
package struct APIKeyText: Sendable {
    /// What keys made here begin with.
    package static let prefix = "sk-mt-v1-"

    /// The key. Never log it.
    package let secret: String

    /// Takes a key that somebody chose or brought along.
    ///
    /// - Returns: nil unless it is 16 to 256 visible ASCII characters.
    package init?(_ secret: String) {
        guard AccessLimits.keyBytes.contains(secret.utf8.count),
            secret.utf8.allSatisfy({ $0 > UInt8(ascii: " ") && $0 < 0x7f })
        else { return nil }
        self.secret = secret
    }

    /// Makes a key of 256 random bits.
    package init(using generator: inout some RandomNumberGenerator) {
        var text = Self.prefix
        for _ in 0..<4 {
            let word = String(generator.next(), radix: 16)
            text += String(repeating: "0", count: 16 - word.count) + word
        }
        secret = text
    }

    package var hash: APIKeyHash { APIKeyHash(ofKey: secret.utf8Span.span) }

    /// The key with its middle left out, such as `sk-mt-v1-abc...123`, for people to tell keys apart.
    ///
    /// Six characters of a random key give nothing away; of a key that somebody chose, which may be short and guessable,
    /// fewer are shown.
    package var label: String {
        if secret.hasPrefix(Self.prefix), secret.utf8.count >= Self.prefix.utf8.count + 32 {
            return "\(Self.prefix)\(secret.dropFirst(Self.prefix.count).prefix(3))...\(secret.suffix(3))"
        }
        return secret.utf8.count >= 32 ? "\(secret.prefix(3))...\(secret.suffix(3))" : "\(secret.prefix(2))..."
    }
}

extension APIKeyText: CustomStringConvertible {
    /// The label: a key must not reach a log by accident.
    package var description: String { label }
}
