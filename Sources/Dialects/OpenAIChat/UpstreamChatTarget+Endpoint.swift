package import Catalog

extension UpstreamChatTarget {
    /// What splices for an endpoint of the catalogue must know.
    package init(_ endpoint: Endpoint) {
        let quirks = endpoint.provider.quirks
        var traits: Traits = []
        if quirks.refusesStreamOptions { traits.insert(.refusesStreamOptions) }
        if quirks.takesRouterMessages { traits.insert(.takesRouterMessages) }
        if quirks.takesReasoningObject { traits.insert(.takesReasoningObject) }
        if quirks.wantsReasoningContent { traits.insert(.wantsReasoningContent) }
        if quirks.takesCacheMarkers { traits.insert(.takesCacheMarkers) }
        if quirks.isChatOnly { traits.insert(.isChatOnly) }
        if quirks.knowsOnlyMaxTokens { traits.insert(.knowsOnlyMaxTokens) }
        if quirks.wantsCompletionTokens { traits.insert(.wantsCompletionTokens) }
        if quirks.takesRouterFields { traits.insert(.takesRouterFields) }
        if quirks.ignoresToolChoiceObject { traits.insert(.ignoresToolChoiceObject) }
        self.init(
            modelJSON: endpoint.upstreamModelJSON, parameters: endpoint.parameters?.known,
            refused: quirks.refusedFields, providerSlug: endpoint.provider.slug, traits: traits)
        serviceTier =
            switch endpoint.serviceTier {
            case .flex: "\"flex\""
            case .priority: "\"priority\""
            case .ultrafast: "\"ultrafast\""
            case nil: nil
            }
    }
}
