package import Catalog
import Completions

extension UpstreamChatTarget {
    /// What splices must know of every endpoint, by its index.
    package static func all(in catalog: ModelCatalog) -> [UpstreamChatTarget] {
        var targets = catalog.endpoints.map(UpstreamChatTarget.init)
        for model in catalog.models {
            guard let efforts = model.facts.reasoning?.efforts else { continue }
            for endpoint in model.endpoints + model.ownKeyEndpoints {
                targets[endpoint.index].efforts = KnownEfforts(efforts)
            }
        }
        return targets
    }

    /// What the provider's host is like, and what the endpoint says.
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
        if quirks.wantsRandomSeed { traits.insert(.wantsRandomSeed) }
        if quirks.refusesForcedTools { traits.insert(.refusesForcedTools) }
        if quirks.thinksInline { traits.insert(.thinksInline) }
        if quirks.takesCacheBreakpoints, endpoint.chargesCacheWrites { traits.insert(.takesCacheBreakpoints) }
        self.init(
            modelJSON: endpoint.upstreamModelJSON, parameters: endpoint.parameters?.known,
            refused: quirks.refusedFields, providerSlug: endpoint.provider.slug, traits: traits)
        reasoning = quirks.reasoning
        rewrites = RequestRewrites(quirks)
        if endpoint.dialect.isOpenAIChat, let rules = ChatHostRules(endpoint) {
            rewrites.insert(.hostRules)
            if rules.hasShortCallIDs { rewrites.insert(.shortCallIDs) }
        }
        serviceTier =
            switch endpoint.serviceTier {
            case .flex: "\"flex\""
            case .priority: "\"priority\""
            case .ultrafast: "\"ultrafast\""
            case nil: nil
            }
    }
}

extension RequestRewrites {
    fileprivate init(_ quirks: HostQuirks) {
        self = []
        if !quirks.takesDeveloper { insert(.developerAsSystem) }
        if quirks.wantsOneSystemMessage { insert(.oneSystemMessage) }
        if quirks.refusesStrict { insert(.withoutStrict) }
        if quirks.wantsReasoningPlaceholder { insert(.reasoningPlaceholder) }
        switch quirks.prefill {
        case .prefix: insert(.prefixedPrefill)
        case .partial: insert(.partialPrefill)
        case nil: break
        }
    }
}
