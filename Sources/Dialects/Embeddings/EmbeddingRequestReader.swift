package import Completions
package import JSONText

/// Reads a request for embeddings: OpenAI's form and OpenRouter's with content parts. Source: openrouter spec 17.3,
/// wire spec 2.5.
package struct EmbeddingRequestReader {
    private var request = EmbeddingRequest(model: "", input: .texts([]))
    private var hasModel = false
    private var hasInput = false

    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func read(_ root: JSONValue) throws(APIError) -> EmbeddingRequest {
        try root.requireRequest()
        var reader = EmbeddingRequestReader()
        for member in root.members where !member.value.isNull { try reader.read(member) }
        if !reader.hasModel { throw .invalid("model", "'model' is missing; name the model that makes the embeddings.") }
        if !reader.hasInput { throw .invalid("input", "'input' is missing; send the text to embed.") }
        return reader.request
    }

    private mutating func read(_ member: JSONMember) throws(APIError) {
        let value = member.value
        switch member.name {
        case "model":
            request.model = try value.requireString("model")
            hasModel = !request.model.isEmpty
        case "input":
            request.input = try EmbeddingInputReader.read(value)
            hasInput = true
        case "dimensions": request.dimensions = try value.requireInteger(EmbeddingLimits.dimensions, "dimensions")
        case "encoding_format":
            request.encoding = try value.requireWord(EmbeddingRequest.Encoding.self, "encoding_format")
        case "input_type":
            request.inputType = try value.requireString(atMost: EmbeddingLimits.inputTypeCharacters, "input_type")
        case "provider": request.provider = try CommonFields.provider(value)
        case "user": request.user = try value.requireString(atMost: DialectLimits.userCharacters, "user")
        case "session_id":
            request.sessionID = try value.requireString(atMost: DialectLimits.sessionIDCharacters, "session_id")
        case "trace": request.trace = try CommonFields.trace(value)
        case "stream": try CommonFields.checkNoStream(value)
        case "models": throw CommonFields.modelsRefused
        default: request.others.append(NamedJSON(member.key.string, RawJSON(value.rawText)))
        }
    }
}

/// What requests that are no completions have in common with those that are.
enum CommonFields {
    static func provider(_ value: JSONValue) throws(APIError) -> ProviderPreferences {
        var decoder = ChatRequestDecoder()
        try decoder.readProvider(value)
        // Their ranges would be of another reader's source.
        decoder.request.provider.options = []
        return decoder.request.provider
    }

    static func trace(_ value: JSONValue) throws(APIError) -> RawJSON? {
        var decoder = ChatRequestDecoder()
        try decoder.readTrace(value)
        return decoder.request.trace.map { RawJSON($0) }
    }

    static let modelsRefused = APIError.invalid(
        "models", "What different models make cannot be compared, so 'models' is not taken here; send one 'model'.")

    static func checkNoStream(_ value: JSONValue) throws(APIError) {
        if try value.requireBool("stream") {
            throw .invalid("stream", "'stream' is not supported here; leave it out.")
        }
    }
}
