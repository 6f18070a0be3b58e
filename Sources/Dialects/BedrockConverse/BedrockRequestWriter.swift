package import Buffers
package import Completions
import JSONText

/// Writes a request for Amazon Bedrock's Converse and ConverseStream: the same body, whose model stands in the path.
///
/// Members come in a fixed order with the messages last, so that the next turn's body begins with this one's bytes up to
/// their end. Source: wire spec 3, 5.4; `bedrock-runtime` 2023-09-30.
package struct BedrockRequestWriter {
    let request: CanonicalRequest
    let target: TranslationTarget
    let family: BedrockModelFamily
    let conversation: BedrockConversation
    let thinking: BedrockThinking
    let choice: BedrockToolChoice
    /// The schema of the answer as `outputConfig` says it; nil where there is none, or a tool stands for it.
    let outputSchema: RawJSON?
    var translation = Translation()
    var markers: BedrockCacheMarkers
    /// Names of documents so far, which must differ.
    var documentNames: Set<String> = []

    /// Appends the body.
    ///
    /// - Throws: a 400 that names the message whose contents Bedrock has no form for.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        var writer = try BedrockRequestWriter(request, target)
        writer.noteDropped()
        try out.appendJSON { (json) throws(APIError) in
            try json.object { (json) throws(APIError) in try writer.writeMembers(&json) }
        }
        return writer.translation
    }

    private init(_ request: CanonicalRequest, _ target: TranslationTarget) throws(APIError) {
        self.request = request
        self.target = target
        family = BedrockModelFamily(model: target.model)
        conversation = try BedrockConversation(request.messages, for: target)
        outputSchema = Self.outputSchema(of: request, for: target, family)
        choice = try BedrockToolChoice(
            request, for: target, hasToolBlocks: conversation.hasToolBlocks, hasOutputSchema: outputSchema != nil)
        thinking = BedrockThinking(
            request, for: target, family: family, forcesTool: choice.forces,
            isInLoopWithoutThinking: conversation.isInLoopWithoutThinking)
        markers = BedrockCacheMarkers(request, conversation, tools: choice.tools, family: family)
        translation.reasoningFormat = family.reasoningFormat
    }

    private mutating func writeMembers(_ json: inout JSONWriter) throws(APIError) {
        writeInference(&json)
        try writeAdditionalFields(&json)
        writeOutputConfig(&json)
        writeService(&json)
        writeTools(&json)
        writeSystem(&json)
        try json.memberArray("messages") { (json) throws(APIError) in
            for (position, turn) in conversation.turns.enumerated() {
                try write(turn, isLast: position == conversation.turns.count - 1, &json)
            }
        }
    }

    /// The limit and the sampling that every model knows.
    private mutating func writeInference(_ json: inout JSONWriter) {
        let sampling = request.sampling
        let takesSampling = target.abilities.contains(.sampling) && !thinking.isClaudeThinking
        let isClaude = family == .claude
        json.memberObject("inferenceConfig") { json in
            json.member("maxTokens", request.maxTokens.map { min($0, target.maxOutputTokens ?? $0) })
            if takesSampling {
                json.member("temperature", sampling.temperature.map { min($0, 1) })
                // Newer Claude models refuse the two of them together.
                if !isClaude || sampling.temperature == nil { json.member("topP", sampling.topP) }
            }
            if !request.stop.isEmpty {
                json.memberArray("stopSequences") { json in for text in request.stop { json.string(text) } }
            }
        }
        if takesSampling {
            if isClaude, sampling.temperature != nil, sampling.topP != nil { translation.drop("top_p") }
        } else {
            if sampling.temperature != nil { translation.drop("temperature") }
            if sampling.topP != nil { translation.drop("top_p") }
        }
    }

    /// Claude takes a subset of schemas alone, here as at Anthropic.
    private static func outputSchema(
        of request: CanonicalRequest, for target: TranslationTarget, _ family: BedrockModelFamily
    ) -> RawJSON? {
        guard case .jsonSchema(let format)? = request.outputFormat, target.abilities.contains(.jsonSchema),
            let schema = format.schema
        else { return nil }
        return family == .claude ? AnthropicSchema.strict(schema) : schema
    }

    private func writeOutputConfig(_ json: inout JSONWriter) {
        guard case .jsonSchema(let format)? = request.outputFormat, let schema = outputSchema else { return }
        json.memberObject("outputConfig") { json in
            json.memberObject("textFormat") { json in
                json.member("type", "json_schema")
                json.memberObject("structure") { json in
                    json.memberObject("jsonSchema") { json in
                        // A string that holds the schema.
                        json.member("schema", schema.text)
                        json.member("name", format.name)
                        json.member("description", format.description)
                    }
                }
            }
        }
    }

    private mutating func writeService(_ json: inout JSONWriter) {
        switch request.serviceTier {
        case nil: break
        case "auto"?, "default"?, "standard_only"?:
            json.memberObject("serviceTier") { $0.member("type", "default") }
        case let tier? where ["flex", "priority", "reserved"].contains(tier):
            json.memberObject("serviceTier") { $0.member("type", tier) }
        default: translation.drop("service_tier")
        }
        writeMetadata(&json)
        for member in request.others where Self.ownMembers.contains(member.name) {
            json.key(text: member.name)
            json.raw(member.json.text.utf8Span.span)
        }
    }

    /// Members of the body that only Bedrock knows, which pass as written.
    static let ownMembers: Set<String> = [
        "guardrailConfig", "performanceConfig", "promptVariables", "additionalModelResponseFieldPaths",
    ]

    private mutating func writeMetadata(_ json: inout JSONWriter) {
        var pairs: [StringPair] = []
        for pair in request.metadata {
            if pairs.count < BedrockLimits.metadataPairs, Self.isMetadata(pair.name), Self.isMetadata(pair.value),
                !pair.name.isEmpty
            {
                pairs.append(pair)
            } else {
                translation.drop("metadata")
            }
        }
        if let user = request.user {
            if pairs.count < BedrockLimits.metadataPairs, Self.isMetadata(user),
                !pairs.contains(where: { $0.name == "user" })
            {
                pairs.append(StringPair("user", user))
            } else {
                translation.drop("user")
            }
        }
        if pairs.isEmpty { return }
        json.memberObject("requestMetadata") { json in
            for pair in pairs {
                json.key(text: pair.name)
                json.string(pair.value)
            }
        }
    }

    /// `[a-zA-Z0-9\s:_@$#=/+,-.]{0,256}`
    private static func isMetadata(_ text: String) -> Bool {
        text.utf8.count <= BedrockLimits.metadataBytes
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x09...0x0D, UInt8(ascii: " "): true
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                // `,-.` is a range in that pattern: comma, minus and full stop; so are digits and the colon.
                case UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"): true
                case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
