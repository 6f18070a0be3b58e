/// The bounds of everything this module reads. Every one of them is checked before the bytes beyond it are looked at.
package struct WireLimits: Sendable, Equatable {
    /// Bytes of a whole head: start line, fields and the empty line. Beyond it: 431.
    package var headBytes = 32 * 1024
    /// Bytes of a request target (RFC 9112, section 3 asks for at least 8,000). Beyond it: 414.
    package var targetBytes = 8 * 1024
    /// Bytes of a request method. The longest registered one has 16.
    package var methodBytes = 32
    /// Field lines in a head or in a trailer section. Beyond it: 431.
    package var fieldCount = 128
    /// Bytes of one chunk-size line with its extensions and its line end. Beyond it: 400.
    package var chunkLineBytes = 256
    /// Bytes of all chunk extensions of one body; they carry nothing for us. Beyond it: 400.
    package var chunkExtensionBytes = 16 * 1024
    /// Bytes of a trailer section. Beyond it: 431.
    package var trailerBytes = 8 * 1024
    /// Bytes of one decoded body, announced or received. Beyond it: 413.
    package var bodyBytes = Int.max

    package init() {}

    package static let standard = WireLimits()
}
