/// Where in a request head the caller's key stands.
package enum PresentedKey {
    /// The range of the key in `head`, by the headers that clients of the several dialects use, in this order.
    ///
    /// - Parameters:
    ///   - head: the bytes that all ranges are of.
    ///   - authorization: a value `Bearer KEY`, the scheme in any case; other schemes are passed over.
    /// - Returns: nil when no header presents a key.
    package static func range(
        in head: Span<UInt8>, authorization: Range<Int>?, xAPIKey: Range<Int>? = nil, apiKey: Range<Int>? = nil,
        xGoogAPIKey: Range<Int>? = nil
    ) -> Range<Int>? {
        if let authorization, let key = bearer(head, authorization) { return key }
        if let key = trimmed(head, xAPIKey) { return key }
        if let key = trimmed(head, apiKey) { return key }
        return trimmed(head, xGoogAPIKey)
    }

    /// RFC 6750 section 2.1, with any amount of blanks after the scheme.
    private static func bearer(_ head: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        let scheme: StaticString = "bearer"
        guard let value = trimmed(head, value), value.count > scheme.utf8CodeUnitCount else { return nil }
        for index in 0..<scheme.utf8CodeUnitCount
        where unsafe head[value.lowerBound + index] | 0x20 != scheme.utf8Start[index] { return nil }
        let start = value.lowerBound + scheme.utf8CodeUnitCount
        guard isBlank(head[start]) else { return nil }
        return trimmed(head, start..<value.upperBound)
    }

    private static func trimmed(_ head: Span<UInt8>, _ value: Range<Int>?) -> Range<Int>? {
        guard var value else { return nil }
        while !value.isEmpty, isBlank(head[value.lowerBound]) { value = value.lowerBound + 1..<value.upperBound }
        while !value.isEmpty, isBlank(head[value.upperBound - 1]) { value = value.lowerBound..<value.upperBound - 1 }
        return value.isEmpty ? nil : value
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
