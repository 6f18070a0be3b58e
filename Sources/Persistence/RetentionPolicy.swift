/// How long generations are kept. The ledger and its sums are kept for ever.
package struct RetentionPolicy: Hashable, Sendable {
    /// Generations older than this go, in milliseconds; nil for none.
    package var keepMs: Int64?
    /// While the database holds more bytes than this, the oldest generations go; nil for no bound.
    package var bytesMax: Int64?

    package init(keepMs: Int64? = nil, bytesMax: Int64? = nil) {
        self.keepMs = keepMs
        self.bytesMax = bytesMax
    }

    package static let everything = RetentionPolicy()
}
