import Completions

/// Which tools a request declares to Converse, and whether one of them must be called.
///
/// Converse has no word for "none" and none for a choice among some: the list says it. Where the model takes no JSON
/// Schema for its output, or not that one, a tool with that schema does, and must be called. Source: wire spec 3.
struct BedrockToolChoice {
    enum Kind: Equatable {
        /// The model decides: nothing is said, because some models refuse to hear even that.
        case unsaid
        case any
        case named(String)
    }

    private(set) var tools: [Tool] = []
    private(set) var kind = Kind.unsaid
    /// The tool whose arguments are the answer.
    private(set) var answer: Tool?
    private(set) var dropped: [String] = []
    /// Tools that another dialect's providers run.
    private(set) var lost: [Tool] = []

    /// Whether a tool must be called.
    var forces: Bool { kind != .unsaid }

    /// - Parameters:
    ///   - hasToolBlocks: Whether the conversation has calls or results in it.
    ///   - hasOutputSchema: Whether the model is given the schema of its answer without a tool.
    init(
        _ request: CanonicalRequest, for target: TranslationTarget, hasToolBlocks: Bool, hasOutputSchema: Bool
    ) throws(APIError) {
        for tool in request.tools {
            if case .native(let item) = tool.kind, item.dialect != "bedrock" {
                lost.append(tool)
            } else {
                tools.append(tool)
            }
        }
        choose(request.toolChoice, hasToolBlocks: hasToolBlocks)
        if forces, !target.abilities.contains(.forcedTools) {
            kind = .unsaid
            drop("tool_choice")
        }
        if !hasOutputSchema { try addAnswer(request, for: target) }
    }

    private mutating func choose(_ choice: ToolChoice?, hasToolBlocks: Bool) {
        switch choice {
        case nil, .auto?: break
        case ToolChoice.none?:
            // A conversation with tools in it is refused without them.
            if hasToolBlocks, !tools.isEmpty { drop("tool_choice") } else { tools = [] }
        case .required?: if !tools.isEmpty { kind = .any }
        case .named(let name)?: kind = .named(name)
        case .among(let names, let isRequired)?:
            tools.removeAll { !names.contains($0.name) }
            if isRequired, !tools.isEmpty { kind = .any }
        }
    }

    private mutating func addAnswer(_ request: CanonicalRequest, for target: TranslationTarget) throws(APIError) {
        guard case .jsonSchema(let format)? = request.outputFormat else { return }
        // Without a schema there is only a mode, which Converse does not know.
        if format.schema == nil, target.abilities.contains(.jsonSchema) { return drop("response_format") }
        guard target.abilities.contains(.forcedTools) else {
            throw .invalid(
                "response_format",
                target.abilities.contains(.jsonSchema)
                    ? "This model takes no open and no recursive JSON Schema for its answer; close its objects with "
                        + "'additionalProperties': false, or choose another model."
                    : "This model takes no JSON Schema for its answer; leave out 'response_format' or choose another "
                        + "model.")
        }
        var name = "json_answer"
        while tools.contains(where: { $0.name == name }) { name += "_" }
        let description = format.description ?? "Answers in the form that was asked for. Call it to give the answer."
        let tool = Tool(name: name, description: description, parameters: format.schema)
        // Beside other tools the model has to choose: one of them, or the answer.
        if kind == .unsaid { kind = tools.isEmpty ? .named(name) : .any }
        tools.append(tool)
        answer = tool
    }

    private mutating func drop(_ name: String) {
        if !dropped.contains(name) { dropped.append(name) }
    }
}
