package import Completions
package import JSONText

/// Reads a request to rerank documents. Source: openrouter spec 17.4.
package struct RerankRequestReader {
    private var request = RerankRequest(model: "", query: "", documents: [])

    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func read(_ root: JSONValue) throws(APIError) -> RerankRequest {
        try root.requireRequest()
        var reader = RerankRequestReader()
        for member in root.members where !member.value.isNull { try reader.read(member) }
        let request = reader.request
        if request.model.isEmpty {
            throw .invalid("model", "'model' is missing; name the model that sorts the documents.")
        }
        if request.query.isEmpty {
            throw .invalid("query", "'query' is missing; send what the documents are compared with.")
        }
        if request.documents.isEmpty {
            throw .invalid("documents", "'documents' is missing or empty; send at least one document.")
        }
        return request
    }

    private mutating func read(_ member: JSONMember) throws(APIError) {
        let value = member.value
        switch member.name {
        case "model": request.model = try value.requireString("model")
        case "query": request.query = try value.requireString("query")
        case "documents": try readDocuments(value)
        case "top_n": request.limit = try value.requireInteger(1...EmbeddingLimits.documents, "top_n")
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

    private mutating func readDocuments(_ value: JSONValue) throws(APIError) {
        guard value.isArray else { throw value.wrongType("documents", "an array of strings or objects") }
        if value.count > EmbeddingLimits.documents {
            throw .invalid(
                "documents", "'documents' may have at most \(EmbeddingLimits.documents) entries; send fewer.")
        }
        for document in value.elements {
            let path = "documents[\(request.documents.count)]"
            if document.isString {
                request.documents.append(RerankRequest.Document(text: document.string))
                continue
            }
            guard document.isObject else {
                throw document.wrongType(path, "a string, or an object with 'text' or 'image'")
            }
            try document.rejectRepeatedKeys(path)
            var read = RerankRequest.Document()
            if let text = document["text"], !text.isNull { read.text = try text.requireString("\(path).text") }
            if let image = document["image"], !image.isNull { read.image = try image.requireString("\(path).image") }
            if read.text == nil, read.image == nil {
                throw .invalid(path, "'\(path)' is empty; send a 'text' or an 'image'.")
            }
            request.documents.append(read)
        }
    }
}
