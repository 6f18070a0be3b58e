import Catalog
package import Completions
package import JSONText

/// Turns the caller's body into the upstream's without building it anew: a list of edits to the same bytes.
///
/// | field | upstream |
/// |---|---|
/// | `model` | the provider's own name |
/// | `models` `route` `preset` `provider` `plugins` `transforms` `usage` `session_id` `trace` `debug` `structured_outputs` | removed: they speak to the router |
/// | `cache_control`, and markers in messages that the host does not take | removed and reported |
/// | `deferred_tools` `stop_server_tools_when` `max_tool_calls` `x_search_filter` `image_config` `speed` | removed and reported: nobody acts on them then |
/// | the lines above, to another router | those that it acts on stay |
/// | `metadata` | removed, unless `store` is sent: it belongs to the stored completion then |
/// | `user` | replaced by the caller's pseudonym, never sent raw |
/// | `stream_options` | `include_usage` is always true in a stream; removed from a plain request |
/// | `service_tier` | the endpoint's tier; removed at a standard endpoint where it names a tier that costs something else |
/// | `reasoning` `include_reasoning` `reasoning_effort` | `reasoning_effort` where the endpoint reasons |
/// | `max_tokens` `max_completion_tokens` | one of them, in the endpoint's spelling |
/// | other known parameters | removed where the endpoint lists its parameters and lacks them |
/// | a known field that is null | removed |
/// | fields in messages and tools that only the router knows | removed, unless the host takes them |
/// | `provider.options[slug]` | its members are added, unless the router acts on them itself |
/// | everything else | the same bytes |
package struct ChatRequestSplice {
    private let request: CompletionRequest
    private let target: UpstreamChatTarget
    private let missing: RequestFieldSet
    private let added: AddedWishes
    private let options: ProviderPreferences.ProviderOptions?
    /// Whether the caller uses the host's own words for these.
    private var saysSeed = false
    private var saysReasoning = false
    /// The parameters that the endpoint does not get although they were sent.
    package private(set) var dropped = RequestFieldSet()

    private enum Fate {
        case keep, drop
        /// The member gets another key, given with its quotes and colon.
        case rename(StaticString)
        case model, user, streamOptions, prompt, effort, toolChoice, tier
    }

    /// - Parameters:
    ///   - wishes: what the model's name asks for.
    ///   - stripped: fields that the endpoint is not sent, whatever it lists.
    package init(
        _ request: CompletionRequest, for target: UpstreamChatTarget, adding wishes: AddedWishes = AddedWishes(),
        without stripped: RequestFieldSet = RequestFieldSet()
    ) {
        self.request = request
        self.target = target
        added = request.unsaid(wishes)
        var fields = request.fields
        if added.contains(.reasoning) { fields.insert(.reasoning) }
        var missing = fields.intersection(target.refused).union(stripped)
        if let parameters = target.parameters { missing.formUnion(fields.missing(from: parameters)) }
        // A limit on the output is money: a host that lists neither spelling still gets it.
        self.missing = missing.subtracting(.outputLimits)
        let allOptions = request.provider.options
        options = allOptions.isEmpty ? nil : allOptions.first { $0.slug == target.providerSlug }
    }

    /// Adds the edits to `edits`, in source order.
    ///
    /// - Parameters:
    ///   - source: the body that `request` was decoded from.
    ///   - pseudonym: what stands for `user` upstream; nil removes the field.
    package mutating func write(
        source: Span<UInt8>, pseudonym: String?, into edits: inout JSONEdits
    ) {
        let members = request.layout.members
        if target.reasoning != .effort || target.traits.contains(.wantsRandomSeed) { noteOwnWords(source) }
        var hasKept = false
        for index in members.indices {
            let member = members[index]
            let isReplaced = options.map { $0.replaced.contains(index) } ?? false
            let fate = isReplaced ? .drop : fate(of: member.field, pseudonym)
            if case .drop = fate {
                edits.replace(cut(index, hasKept: hasKept), raw: "")
                continue
            }
            hasKept = true
            switch member.field {
            case .messages, .prompt: insertMembers(at: member.range.lowerBound, source, into: &edits)
            default: break
            }
            apply(fate, to: member, source, pseudonym, into: &edits)
        }
    }

    /// The bytes of a member with the comma that goes with it, in the manner of `MemberCuts`.
    private func cut(_ index: Int, hasKept: Bool) -> Range<Int> {
        let members = request.layout.members
        if hasKept { return members[index - 1].range.upperBound..<members[index].range.upperBound }
        let next = index + 1 < members.count ? members[index + 1].range.lowerBound : members[index].range.upperBound
        return members[index].range.lowerBound..<next
    }

    private mutating func fate(of field: RequestField?, _ pseudonym: String?) -> Fate {
        guard let field else { return .keep }
        guard request.fields.contains(field) else { return .drop }
        if Self.routerOnly.contains(field) {
            if isRouters(field) { return .keep }
            // The place to mark is left to the provider, and this one does not know that.
            if case .cacheControl = field { dropped.insert(.cacheControl) }
            return .drop
        }
        if RequestFieldSet.unserved.contains(field) {
            if target.traits.contains(.takesRouterFields), !missing.contains(field) { return .keep }
            // An endpoint of a tier is what was asked for.
            if field != .speed || target.serviceTier == nil { dropped.insert(field) }
            return .drop
        }
        if field == .serviceTier { return tierFate }
        if missing.contains(field) {
            dropped.insert(field)
            return .drop
        }
        switch field {
        case .model: return .model
        case .user: return pseudonym == nil ? .drop : .user
        case .metadata: return request.fields.contains(.store) ? .keep : .drop
        case .streamOptions: return sendsStreamOptions ? .streamOptions : .drop
        case .reasoning, .includeReasoning: return target.traits.contains(.takesReasoningObject) ? .keep : .drop
        case .reasoningEffort:
            if target.traits.contains(.takesReasoningObject) { return .keep }
            return target.reasoning == .effort ? .effort : .drop
        case .seed where saysSeed: return .drop
        case .seed: return target.traits.contains(.wantsRandomSeed) ? .rename("\"random_seed\":") : .keep
        case .maxTokens:
            if request.fields.contains(.maxCompletionTokens) { return .drop }
            return wantsCompletionTokens == true ? .rename("\"max_completion_tokens\":") : .keep
        case .maxCompletionTokens: return wantsCompletionTokens == false ? .rename("\"max_tokens\":") : .keep
        case .toolChoice:
            let isTaken = target.traits.isDisjoint(with: [.ignoresToolChoiceObject, .refusesForcedTools])
            return isTaken ? .keep : .toolChoice
        case .prompt: return target.wraps(request) ? .prompt : .keep
        case .echo, .bestOf, .suffix, .logprobs:
            guard target.wraps(request) else { return .keep }
            dropped.insert(field)
            return .drop
        default: return .keep
        }
    }

    /// The tier must be the one that the endpoint's price is of: a standard endpoint that was sent `priority` would charge
    /// what nobody counted on. Other words are the provider's own business.
    private var tierFate: Fate {
        if target.serviceTier != nil { return .tier }
        if target.traits.contains(.takesRouterFields) { return .keep }
        switch request.serviceTier {
        case "priority", "fast", "ultrafast", "flex": return .drop
        default: return .keep
        }
    }

    private static let routerOnly = RequestFieldSet(
        .models, .route, .preset, .provider, .plugins, .transforms, .usage, .sessionID, .trace, .debug,
        .structuredOutputs, .cacheControl)

    /// Fields that another router acts on as this one would.
    private static let routers = RequestFieldSet(.provider, .plugins, .transforms, .cacheControl)

    private func isRouters(_ field: RequestField) -> Bool {
        guard target.traits.contains(.takesRouterFields), Self.routers.contains(field) else { return false }
        // Preferences that name this very endpoint mean nothing behind it.
        return field != .provider || !request.provider.names(target.providerSlug)
    }

    private var sendsStreamOptions: Bool {
        target.sendsStreamOptions(of: request) && !missing.contains(.streamOptions)
    }

    /// The endpoint's spelling of the output limit; nil where it takes either.
    private var wantsCompletionTokens: Bool? {
        if target.traits.contains(.knowsOnlyMaxTokens) { return false }
        if target.traits.contains(.wantsCompletionTokens) { return true }
        guard let parameters = target.parameters else { return nil }
        let spellings = parameters.intersection(.outputLimits)
        if spellings == RequestFieldSet(.maxCompletionTokens) { return true }
        return spellings == RequestFieldSet(.maxTokens) ? false : nil
    }

    private mutating func apply(
        _ fate: Fate, to member: RequestLayout.Member, _ source: Span<UInt8>, _ pseudonym: String?,
        into edits: inout JSONEdits
    ) {
        switch fate {
        case .drop: break
        case .keep:
            if case .messages = member.field { cutExtras(source, into: &edits) }
            if case .plugins = member.field, added.contains(.webSearch) {
                let isEmpty = source.isEmptyObject(member.value)
                let text: StaticString = isEmpty ? "{\"id\":\"web\"}" : "{\"id\":\"web\"},"
                edits.insert(at: member.value.lowerBound + 1, raw: text)
            }
        case .rename(let key): edits.replace(member.range.lowerBound..<member.value.lowerBound, raw: key)
        case .model: edits.replace(member.value, raw: target.modelJSON.span)
        case .user: edits.replace(member.value) { $0.string(pseudonym ?? "") }
        case .streamOptions:
            if let includeUsage = request.layout.includeUsage {
                edits.replace(includeUsage, raw: "true")
            } else {
                let isEmpty = source.isEmptyObject(member.value)
                let text: StaticString = isEmpty ? "\"include_usage\":true" : "\"include_usage\":true,"
                edits.insert(at: member.value.lowerBound + 1, raw: text)
            }
        case .prompt:
            edits.replace(
                member.range.lowerBound..<member.value.lowerBound,
                raw: "\"messages\":[{\"role\":\"user\",\"content\":")
            edits.insert(at: member.value.upperBound, raw: "}]")
        case .toolChoice: replaceToolChoice(member.value, source, into: &edits)
        case .tier: if let tier = target.serviceTier { edits.replace(member.value, raw: tier) }
        case .effort:
            if let effort = ReasoningEffort.word(for: request, known: target.efforts) {
                edits.replace(member.value, raw: effort)
            }
        }
    }

    /// An object names a tool, and the word `required` leaves the choice among them.
    private mutating func replaceToolChoice(_ value: Range<Int>, _ source: Span<UInt8>, into edits: inout JSONEdits) {
        let isObject = source[value.lowerBound] == UInt8(ascii: "{")
        if target.traits.contains(.refusesForcedTools) {
            guard isObject || source[value.lowerBound + 1] == UInt8(ascii: "r") else { return }
            edits.replace(value, raw: "\"auto\"")
            dropped.insert(.toolChoice)
        } else if isObject {
            edits.replace(value, raw: "\"required\"")
        }
    }

    /// Members the caller did not send, put before the messages, the one place that no other edit touches.
    private func insertMembers(at offset: Int, _ source: Span<UInt8>, into edits: inout JSONEdits) {
        let fields = request.fields
        if !fields.contains(.model) {
            edits.insert(at: offset, raw: "\"model\":")
            edits.insert(at: offset, raw: target.modelJSON.span)
            edits.insert(at: offset, raw: ",")
        }
        if let tier = target.serviceTier, !fields.contains(.serviceTier) {
            edits.insert(at: offset, raw: "\"service_tier\":")
            edits.insert(at: offset, raw: tier)
            edits.insert(at: offset, raw: ",")
        }
        if sendsStreamOptions, !fields.contains(.streamOptions) {
            edits.insert(at: offset, raw: "\"stream_options\":{\"include_usage\":true},")
        }
        insertReasoning(at: offset, into: &edits)
        if request.wantsWebSearch || added.contains(.webSearch) { insertSearch(at: offset, into: &edits) }
        guard let options else { return }
        for option in options.members {
            edits.insert(at: offset, raw: source.extracting(option))
            edits.insert(at: offset, raw: ",")
        }
    }

    /// Notes which of the host's own words the caller uses, so that none is said twice.
    private mutating func noteOwnWords(_ source: Span<UInt8>) {
        for member in request.layout.members where member.field == nil {
            let bytes = source.extracting(member.range.lowerBound..<member.value.lowerBound).array
            let key = String(decoding: bytes, as: UTF8.self)
            if key.hasPrefix("\"random_seed\"") { saysSeed = true }
            if ReasoningWords.all.contains(where: { key.hasPrefix($0) }) { saysReasoning = true }
        }
    }

    private func insertReasoning(at offset: Int, into edits: inout JSONEdits) {
        var fields = request.fields
        if added.contains(.reasoning) { fields.insert(.reasoning) }
        let hasEffort = fields.contains(.reasoningEffort)
        guard fields.contains(.reasoning) || hasEffort else { return }
        if missing.contains(fields.contains(.reasoning) ? .reasoning : .reasoningEffort) { return }
        if target.traits.contains(.takesReasoningObject) {
            if added.contains(.reasoning) { edits.insert(at: offset, raw: "\"reasoning\":{\"enabled\":true},") }
            return
        }
        // What the caller says in the host's own words stands.
        if saysReasoning { return }
        // A member of that name has its value replaced.
        if hasEffort, target.reasoning == .effort { return }
        guard let effort = added.contains(.reasoning) ? .medium : ReasoningEffort.effort(for: request) else { return }
        ReasoningWords(control: target.reasoning, known: target.efforts)
            .insert(effort, for: request, at: offset, into: &edits)
    }

    /// The search that the caller asked for by the model's name or by the plugin, in the words of this host.
    private func insertSearch(at offset: Int, into edits: inout JSONEdits) {
        if !target.traits.contains(.takesRouterFields) {
            if !request.fields.contains(.webSearchOptions) {
                edits.insert(at: offset, raw: "\"web_search_options\":{},")
            }
        } else if added.contains(.webSearch), !request.fields.contains(.plugins) {
            edits.insert(at: offset, raw: "\"plugins\":[{\"id\":\"web\"}],")
        }
    }

    /// The two spellings of a marker are changed into each other; how long it holds is not. Source: openrouter spec 11.
    private mutating func settle(_ marker: RequestLayout.Extra, _ source: Span<UInt8>, into edits: inout JSONEdits) {
        let isBreakpoint = source[marker.key.lowerBound + 1] == UInt8(ascii: "p")
        // A member at the object's beginning has its comma behind it.
        let isLeading = marker.range.lowerBound == marker.key.lowerBound
        if target.traits.contains(.takesCacheMarkers) {
            guard isBreakpoint, !target.traits.contains(.takesRouterFields) else { return }
            let text: StaticString = "\"cache_control\":{\"type\":\"ephemeral\"}"
            replace(marker.range, by: text, isLeading: isLeading, into: &edits)
        } else if target.traits.contains(.takesCacheBreakpoints) {
            if isBreakpoint { return }
            let text: StaticString = "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}"
            replace(marker.range, by: text, isLeading: isLeading, into: &edits)
        } else {
            edits.replace(marker.range, raw: "")
            dropped.insert(.cacheControl)
        }
    }

    private func replace(_ range: Range<Int>, by member: StaticString, isLeading: Bool, into edits: inout JSONEdits) {
        edits.replace(range, raw: isLeading ? "" : ",")
        edits.insert(at: range.upperBound, raw: member)
        if isLeading { edits.insert(at: range.upperBound, raw: ",") }
    }

    private mutating func cutExtras(_ source: Span<UInt8>, into edits: inout JSONEdits) {
        for extra in request.layout.extras {
            switch extra.kind {
            case .partCacheMarker: settle(extra, source, into: &edits)
            case .secondCacheMarker:
                if !target.traits.contains(.takesRouterFields) { edits.replace(extra.range, raw: "") }
            case .cacheMarker:
                if target.traits.contains(.takesCacheMarkers) { continue }
                edits.replace(extra.range, raw: "")
                dropped.insert(.cacheControl)
            case .reasoning where target.traits.contains(.wantsReasoningContent):
                edits.replace(extra.key, raw: "\"reasoning_content\"")
            case .reasoning, .reasoningDetails, .routerOnly:
                if !target.traits.contains(.takesRouterMessages) { edits.replace(extra.range, raw: "") }
            }
        }
    }
}

extension Span<UInt8> {
    /// Whether the object in this range has no member.
    fileprivate func isEmptyObject(_ range: Range<Int>) -> Bool {
        for offset in range.lowerBound + 1..<range.upperBound - 1 where self[offset] > UInt8(ascii: " ") {
            return false
        }
        return true
    }
}
