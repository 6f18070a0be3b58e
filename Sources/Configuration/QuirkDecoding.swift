import Catalog
import Completions

extension ConfigurationReader {
    /// `quirks` of a provider; docs/quirks.md has the table.
    mutating func quirks(_ node: YAMLNode?) -> QuirkDraft? {
        guard let node, let values = mapping(node, .quirks) else { return nil }
        var draft = QuirkDraft()
        for flag in HostQuirks.flags {
            if let value = bool(values[flag.name], flag.name) { draft.flags[flag.name] = value }
        }
        draft.refusedFields = refusedParameters(values["refused_parameters"])
        draft.messagesMax = integer(values["messages_max"], "messages_max", in: ConfigurationLimits.hostMessages)
        draft.reasoning = choice(values["reasoning"], "reasoning", among: ReasoningControl.allCases.map(\.rawValue)) {
            ReasoningControl(rawValue: $0)
        }
        draft.prefill = choice(values["prefill"], "prefill", among: PrefillMark.allCases.map(\.rawValue)) {
            PrefillMark(rawValue: $0)
        }
        let versions = AnthropicVersion.allCases.map(\.rawValue)
        draft.anthropicVersion = choice(values["anthropic_version"], "anthropic_version", among: versions) {
            AnthropicVersion(rawValue: $0)
        }
        if draft.flags["only_max_tokens"] == true, draft.flags["wants_max_completion_tokens"] == true {
            report(node.line, "quirks: only_max_tokens and wants_max_completion_tokens exclude each other")
        }
        return draft
    }

    private mutating func refusedParameters(_ node: YAMLNode?) -> RequestFieldSet? {
        guard let node, let items = list(node, "refused_parameters") else { return nil }
        var fields = RequestFieldSet()
        for item in items {
            guard let name = text(item, "an entry of refused_parameters") else { continue }
            if let known = Self.refusable.first(where: { $0.name == name }) {
                fields.insert(known.field)
                continue
            }
            let nearest = NearestNames.nearest(to: name, among: Self.refusable.map(\.name), limit: 1).first
            let hint = nearest.map { "did you mean \($0)?" } ?? "docs/quirks.md lists those that are"
            report(item.line, "refused_parameters: \"\(name)\" is no parameter that can be left out; \(hint)")
        }
        return fields
    }

    /// What a request is without it still the same question.
    private static let refusable: [(name: String, field: RequestField)] = {
        let others = RequestFieldSet(
            .metadata, .store, .count, .promptCacheKey, .promptCacheOptions, .prediction, .user, .modalities, .audio,
            .functions, .functionCall, .suffix, .echo, .bestOf)
        let fields = RequestFieldSet.optionalParameters.subtracting(.outputLimits).union(others)
        return RequestField.allCases.filter(fields.contains).map { ("\($0.wireName)", $0) }
    }()
}
