import CSodium

/// Comparison whose time says nothing about where two secrets differ.
package enum ConstantTime {
    /// Whether both hold the same bytes; only the lengths may leak.
    package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        guard left.count > 0 else { return true }
        return left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                sodium_memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0
            }
        }
    }
}
