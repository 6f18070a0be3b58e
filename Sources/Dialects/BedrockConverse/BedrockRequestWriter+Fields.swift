import Completions
import JSONText

extension BedrockRequestWriter {
    /// What the model's maker knows and Converse does not: `additionalModelRequestFields`.
    ///
    /// Members that the caller wrote there itself come last, and win over ours.
    mutating func writeAdditionalFields(_ json: inout JSONWriter) throws(APIError) {
        var fields: [NamedJSON] = []
        addThinking(&fields)
        addParallelCalls(&fields)
        addTopK(&fields)
        try addOwn(&fields)
        if fields.isEmpty { return }
        json.memberObject("additionalModelRequestFields") { json in
            for field in fields {
                json.key(text: field.name)
                json.raw(field.json.text.utf8Span.span)
            }
        }
        writeResponsePaths(&json)
    }

    private func addOwn(_ fields: inout [NamedJSON]) throws(APIError) {
        guard let own = request.others.first(where: { $0.name == "additionalModelRequestFields" }) else { return }
        let scanner = JSONScanner()
        try withExtendedLifetime(scanner) { () throws(APIError) in
            guard let root = try? scanner.scan(copying: own.json.text), root.isObject else {
                throw .invalid("additionalModelRequestFields", "'additionalModelRequestFields' must be an object.")
            }
            for member in root.members {
                let name = member.key.string
                fields.removeAll { $0.name == name }
                fields.append(NamedJSON(name, RawJSON(member.value.rawText)))
            }
        }
    }

    /// Converse reports no tokens of thinking by itself; Claude's own answer does.
    private func writeResponsePaths(_ json: inout JSONWriter) {
        let name = "additionalModelResponseFieldPaths"
        guard thinking.isClaudeThinking, !request.others.contains(where: { $0.name == name }) else { return }
        json.key(text: name)
        json.array { $0.string("/usage/output_tokens_details") }
    }

    private func addThinking(_ fields: inout [NamedJSON]) {
        switch thinking.mode {
        case .unsaid: break
        case .disabled: fields.append(NamedJSON("thinking", RawJSON(#"{"type":"disabled"}"#)))
        case .adaptive(let effort):
            // Without a word newer models return their thinking sealed and unreadable.
            let display = request.reasoning.isExcluded ? "omitted" : "summarized"
            fields.append(NamedJSON("thinking", RawJSON(#"{"type":"adaptive","display":"\#(display)"}"#)))
            fields.append(NamedJSON("output_config", RawJSON(#"{"effort":"\#(effort)"}"#)))
        case .budget(let tokens):
            fields.append(NamedJSON("thinking", RawJSON(#"{"type":"enabled","budget_tokens":\#(tokens)}"#)))
        case .effort(let word):
            switch family {
            case .nova2:
                let config = #"{"type":"enabled","maxReasoningEffort":"\#(word)"}"#
                fields.append(NamedJSON("reasoningConfig", RawJSON(config)))
            case .openAI: fields.append(NamedJSON("reasoning_effort", RawJSON("\"\(word)\"")))
            case .qwen: fields.append(NamedJSON("reasoning_config", RawJSON("\"\(word)\"")))
            case .claude, .nova, .other: break
            }
        }
    }

    /// Only Claude can be kept from calling several tools at once, by a choice of its own form beside Converse's.
    private mutating func addParallelCalls(_ fields: inout [NamedJSON]) {
        guard request.allowsParallelToolCalls == false, !choice.tools.isEmpty else { return }
        guard family == .claude else { return translation.drop("parallel_tool_calls") }
        let kind =
            switch choice.kind {
            case .unsaid: #""type":"auto""#
            case .any: #""type":"any""#
            // The name holds nothing that needs an escape.
            case .named(let name): #""type":"tool","name":"\#(sentName(name))""#
            }
        fields.append(NamedJSON("tool_choice", RawJSON("{\(kind),\"disable_parallel_tool_use\":true}")))
    }

    private mutating func addTopK(_ fields: inout [NamedJSON]) {
        guard let count = request.sampling.topK else { return }
        let takesSampling = target.abilities.contains(.sampling) && !thinking.isClaudeThinking
        switch family {
        case .claude where takesSampling: fields.append(NamedJSON("top_k", RawJSON("\(count)")))
        case .nova where takesSampling, .nova2 where takesSampling:
            fields.append(NamedJSON("inferenceConfig", RawJSON(#"{"topK":\#(count)}"#)))
        default: translation.drop("top_k")
        }
    }
}
