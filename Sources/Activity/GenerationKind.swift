/// Which surface a generation came in by. The raw value is stored: cases are added, never renumbered.
package enum GenerationKind: UInt8, CaseIterable, Sendable {
    case chat = 0
    case completions = 1
    case messages = 2
    case responses = 3
    case embeddings = 4
    case rerank = 5
}
