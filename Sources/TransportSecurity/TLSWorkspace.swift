/// Where the TLS connections of one loop put plaintext on its way to their handlers. Confined to its loop.
package final class TLSWorkspace: @unchecked Sendable {
    /// One read from a socket (64 KiB) and the record that was begun before it.
    private static let byteCount = 64 * 1024 + 2 * TLSEngine.recordBytes

    let plaintext: UnsafeMutableRawBufferPointer

    package init() {
        plaintext = .allocate(byteCount: Self.byteCount, alignment: 64)
    }

    deinit {
        plaintext.deallocate()
    }
}
