package import Completions

/// What plans look at first of an endpoint. They stand side by side in its model and are plain values, so that choosing
/// among twenty endpoints follows no references and counts none.
package struct EndpointOutline: Sendable {
    /// `Endpoint.index`.
    package let index: Int
    /// Tokens that prompt and answer may have together, and that one answer may have; `Int.max` where unknown.
    package let contextLength: Int
    package let maxCompletionTokens: Int
    package let inputModalities: ModalitySet
    package let outputModalities: ModalitySet
    /// Whether it is of no service tier.
    package let isStandard: Bool
    /// Whether its provider is another router.
    package let isLastResort: Bool
    package let order: UInt8
    package let weight: Double
    /// nil where prices depend on the prompt or the hour.
    package let comparedPrices: ComparedPrices?
    /// What it is known not to take.
    package let lacking: RequestFieldSet

    package init(_ endpoint: Endpoint) {
        index = endpoint.index
        contextLength = endpoint.contextLength ?? Int.max
        maxCompletionTokens = endpoint.maxCompletionTokens ?? Int.max
        inputModalities = endpoint.inputModalities
        outputModalities = endpoint.outputModalities
        isStandard = endpoint.serviceTier == nil
        isLastResort = endpoint.provider.isLastResort
        order = endpoint.order
        weight = endpoint.weight
        comparedPrices = endpoint.comparedPrices
        lacking = endpoint.lacking(RequestFieldSet(rawValue: .max))
    }
}
