package import Buffers
package import Completions
package import JSONText

/// The ways providers are asked for embeddings. Source: wire spec 2.5.
package enum EmbeddingDialect: UInt8, CaseIterable, Sendable {
    /// OpenAI's, which Mistral, Voyage, Together, vLLM, llama.cpp and many others take too.
    case openAI
    /// `batchEmbedContents`
    case gemini
    /// `v2/embed`
    case cohere
    /// Cohere's models by Bedrock's `InvokeModel`.
    case bedrockCohere
    /// Amazon's Titan by the same.
    case titan
    /// `:predict` of Vertex AI.
    case vertexPrediction
    /// `:embedContent` of Vertex AI.
    case vertexContent

    /// Appends the body of the request.
    ///
    /// - Throws: a 400 that names the input which the provider has no form for.
    package func write(
        _ request: EmbeddingRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        switch self {
        case .openAI: OpenAIEmbeddings.write(request, for: target, into: &out)
        case .gemini: try GeminiEmbeddings.write(request, for: target, into: &out)
        case .cohere: try CohereEmbeddings.write(request, model: target.model, into: &out)
        case .bedrockCohere: try CohereEmbeddings.writeForBedrock(request, into: &out)
        case .titan: try TitanEmbeddings.write(request, into: &out)
        case .vertexPrediction: try VertexEmbeddings.writePrediction(request, into: &out)
        case .vertexContent: try VertexEmbeddings.writeContent(request, into: &out)
        }
    }

    /// Reads the provider's answer, whose vectors come out in the encoding that the caller asked for.
    ///
    /// - Throws: what is wrong with it: an error of the provider, vectors that are too few or cannot be read.
    package func readAnswer(_ root: JSONValue, to request: EmbeddingRequest) throws(AnswerError) -> EmbeddingAnswer {
        if let error = InBandError(root) {
            throw AnswerError(status: error.status, type: error.type ?? error.code, message: error.message)
        }
        let encoding = request.encoding ?? .float
        let answer =
            switch self {
            case .openAI: try OpenAIEmbeddings.readAnswer(root, encoding)
            case .gemini, .vertexContent: try GeminiEmbeddings.readAnswer(root, encoding)
            case .cohere, .bedrockCohere: try CohereEmbeddings.readAnswer(root, encoding)
            case .titan: try TitanEmbeddings.readAnswer(root, encoding)
            case .vertexPrediction: try VertexEmbeddings.readPrediction(root, encoding)
            }
        guard answer.vectors.count == request.count else {
            throw AnswerError(
                status: 502,
                message: "The provider sent \(answer.vectors.count) embeddings for \(request.count) inputs.")
        }
        return answer
    }
}

extension EmbeddingRequest {
    /// Texts one by one; nil where the input is something else.
    var texts: [String]? {
        switch input {
        case .text(let text): return [text]
        case .texts(let texts): return texts
        case .tokens, .tokenLists: return nil
        case .contents(let contents):
            var texts: [String] = []
            for content in contents {
                guard content.count == 1, case .text(let text) = content[0] else { return nil }
                texts.append(text.text)
            }
            return texts
        }
    }

    var holdsTokens: Bool {
        switch input {
        case .tokens, .tokenLists: true
        case .text, .texts, .contents: false
        }
    }

    /// Texts one by one, for providers that know nothing else.
    ///
    /// - Throws: a 400 for tokens, images and the like.
    func onlyTexts() throws(APIError) -> [String] {
        if holdsTokens { throw Self.tokensRefused }
        guard let texts else { throw .invalid("input", "This provider embeds text alone; leave out the rest.") }
        return texts
    }

    /// For providers whose form has room for one.
    var tooManyInputs: APIError {
        .invalid("input", "This provider embeds one input a request; send the \(count) one by one.")
    }

    static let tokensRefused = APIError.invalid(
        "input", "This provider takes text and no tokens; send the text that they stand for.")
}

extension [NamedJSON] {
    /// Those that are not the router's own: providers may know them.
    var forProviders: [NamedJSON] {
        filter { member in !RequestField.allCases.contains { "\($0.wireName)" == member.name } }
    }

    /// The same without those by which the provider is told already what the request says in other words: with one
    /// member twice, or two inputs, it would be for the provider to choose. They are named as left out.
    func forProviders(besides said: [String], _ translation: inout Translation) -> [NamedJSON] {
        for member in self where said.contains(member.name) { translation.drop(member.name) }
        return forProviders.filter { !said.contains($0.name) }
    }
}

extension JSONWriter {
    mutating func members(_ members: [NamedJSON]) {
        for member in members {
            key(text: member.name)
            raw(member.json)
        }
    }
}
