import CSodium

extension SHA256Digest {
    /// The authentication code of `content` under `key`: HMAC-SHA256 (RFC 2104). Keys may have any length.
    package init(authenticating content: Span<UInt8>, key: Span<UInt8>) {
        var state = crypto_auth_hmacsha256_state()
        var code: [32 of UInt8] = .init(repeating: 0)
        key.withUnsafeBufferPointer { key in
            content.withUnsafeBufferPointer { content in
                var mutable = code.mutableSpan
                mutable.withUnsafeMutableBufferPointer { out in
                    // libsodium reads nothing at length zero, but its header forbids a null pointer.
                    let start = UnsafePointer(out.baseAddress!)
                    _ = crypto_auth_hmacsha256_init(&state, key.baseAddress ?? start, key.count)
                    _ = crypto_auth_hmacsha256_update(
                        &state, content.baseAddress ?? start, UInt64(content.count))
                    _ = crypto_auth_hmacsha256_final(&state, out.baseAddress!)
                }
            }
        }
        self.init(bytes: code.span)!
    }

    /// The authentication code of a text under a code: a step of deriving keys.
    package init(authenticating text: String, key: SHA256Digest) {
        self = key.withBytes { SHA256Digest(authenticating: text.utf8Span.span, key: Span(_unsafeBytes: $0)) }
    }
}
