/// What a provider does when the connection of a running answer closes.
package enum CancelBehaviour: String, Sendable, CaseIterable {
    /// It stops generating and bills what it had produced: close at once.
    case stops
    /// It bills the whole answer regardless: read on, within bounds, to learn the true usage.
    case bills
}
