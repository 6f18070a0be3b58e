import Catalog
import Completions

/// What a file says of how a host differs from its dialect; what it does not say is left open.
struct QuirkDraft: Equatable {
    /// By the names of `HostQuirks.flags`.
    var flags: [String: Bool] = [:]
    var refusedFields: RequestFieldSet?
    var messagesMax: Int?
    var reasoning: ReasoningControl?
    var prefill: PrefillMark?
    var anthropicVersion: AnthropicVersion?

    /// What is said here, and for what is left open what `base` says.
    func over(_ base: QuirkDraft) -> QuirkDraft {
        var merged = base
        merged.flags.merge(flags) { _, own in own }
        merged.refusedFields = refusedFields ?? base.refusedFields
        merged.messagesMax = messagesMax ?? base.messagesMax
        merged.reasoning = reasoning ?? base.reasoning
        merged.prefill = prefill ?? base.prefill
        merged.anthropicVersion = anthropicVersion ?? base.anthropicVersion
        return merged
    }

    /// Lays what is said over what is known otherwise.
    func apply(to quirks: inout HostQuirks) {
        for flag in HostQuirks.flags {
            if let value = flags[flag.name] { quirks[keyPath: flag.path] = value }
        }
        quirks.refusedFields = refusedFields ?? quirks.refusedFields
        quirks.messagesMax = messagesMax ?? quirks.messagesMax
        quirks.reasoning = reasoning ?? quirks.reasoning
        quirks.prefill = prefill ?? quirks.prefill
        quirks.anthropicVersion = anthropicVersion ?? quirks.anthropicVersion
    }

    /// What shipped providers' hosts are like, by host. It holds for whoever asks there, under any slug and with any
    /// catalogue.
    static let ofShippedHosts: [String: QuirkDraft] = Dictionary(
        CatalogueDrafts.shippedProviders.compactMap { provider in
            guard let host = provider.baseURL?.host, let quirks = provider.quirks else { return nil }
            return (host, quirks)
        }, uniquingKeysWith: { first, _ in first })
}

extension ProviderDraft {
    /// How the provider's host differs from its dialect: what the address tells, what the catalogue knows of the host,
    /// and what the entry says, the later ones over the earlier ones.
    func hostQuirks(at baseURL: BaseURL) -> HostQuirks {
        var found = HostQuirks.known(host: baseURL.host, slug: slug)
        QuirkDraft.ofShippedHosts[baseURL.host]?.apply(to: &found)
        quirks?.apply(to: &found)
        return found
    }
}
