import Completions
import JSONText

extension ResponsesRequestReader {
    /// Reads how tokens are drawn, and where the answer stops; false for any other member.
    mutating func readSampling(_ member: JSONMember) throws(APIError) -> Bool {
        let value = member.value
        switch member.name {
        case "temperature": request.sampling.temperature = try value.requireNumber(0...2, "temperature")
        case "top_p": request.sampling.topP = try value.requireNumber(0...1, openBelow: true, "top_p")
        case "top_k": request.sampling.topK = try value.requireInteger(0...Int.max, "top_k")
        case "top_logprobs":
            request.topLogprobs = try value.requireInteger(DialectLimits.topLogprobs, "top_logprobs")
        case "stop":
            if value.kind == .string {
                request.stop = [try value.requireString("stop")]
            } else {
                request.stop = try value.requireStrings(atMost: DialectLimits.stopSequences, "stop")
            }
        default: return try request.readFurtherSampling(member)
        }
        return true
    }

    /// Members that only a server which keeps responses could act on.
    static func rejectStored(_ member: JSONMember) throws(APIError) {
        let whole = "send the whole conversation in 'input' (earlier items, and the 'output' items of each response)"
        switch member.name {
        case "previous_response_id", "conversation":
            let name = member.key.string
            throw .invalid(name, "'\(name)' refers to stored items, and nothing is stored here; \(whole) instead.")
        case "prompt":
            throw .invalid(
                "prompt",
                "'prompt' refers to a stored template, and none are stored here; send its text in 'instructions' and "
                    + "'input' instead.")
        case "store":
            if member.value.bool == true {
                throw .invalid(
                    "store", "'store' cannot be true, because nothing is stored here; leave it out, and \(whole).")
            }
        default: break
        }
    }

    /// Sealed reasoning comes back always, so only the other wishes are kept.
    mutating func readInclude(_ value: JSONValue) throws(APIError) {
        var rest: [String] = []
        for word in try value.requireStrings(atMost: 32, "include") {
            switch word {
            case "reasoning.encrypted_content": break
            case "message.output_text.logprobs": request.wantsLogprobs = true
            default: rest.append(word)
            }
        }
        if rest.isEmpty { return }
        let json: String = .json { json in
            json.array { json in
                for word in rest { json.string(word) }
            }
        }
        request.others.append(NamedJSON("include", RawJSON(json)))
    }

    mutating func readMetadata(_ value: JSONValue) throws(APIError) {
        try value.requireObject("metadata")
        for member in value.members {
            let name = member.key.string
            guard request.metadata.count < DialectLimits.metadataPairs else {
                throw .invalid("metadata", "'metadata' may have at most \(DialectLimits.metadataPairs) entries.")
            }
            guard name.unicodeScalars.count <= DialectLimits.metadataKeyCharacters else {
                throw .invalid(
                    "metadata",
                    "The keys of 'metadata' must be at most \(DialectLimits.metadataKeyCharacters) characters long.")
            }
            let text = try member.value.requireString(
                atMost: DialectLimits.metadataValueCharacters, "metadata.\(name)")
            request.metadata.append(StringPair(name, text))
        }
    }

    mutating func readModalities(_ value: JSONValue) throws(APIError) {
        var modalities: CompletionRequest.Modalities = []
        for (index, word) in try value.requireStrings(atMost: 8, "modalities").enumerated() {
            switch word {
            case "text": modalities.insert(.text)
            case "image": modalities.insert(.image)
            default:
                throw .invalid("modalities[\(index)]", "'modalities[\(index)]' must be \"text\" or \"image\".")
            }
        }
        if !modalities.isEmpty { request.outputModalities = modalities }
    }

    mutating func readText(_ value: JSONValue) throws(APIError) {
        try value.requireObject("text")
        if let verbosity = value["verbosity"], !verbosity.isNull {
            request.verbosity = try verbosity.requireWord(ResponsesVerbosity.self, "text.verbosity").rawValue
        }
        if let format = value["format"], !format.isNull { request.outputFormat = try Self.readFormat(format) }
    }

    private static func readFormat(_ value: JSONValue) throws(APIError) -> OutputFormat {
        try value.requireObject("text.format")
        let path = "text.format"
        switch try value.requireMember("type", in: path).requireString("text.format.type") {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            let name = try value.requireMember("name", in: path).requireString(
                atMost: DialectLimits.schemaNameBytes, "text.format.name")
            let schema = try value.requireMember("schema", in: path)
            try schema.requireObject("text.format.schema")
            var format = JSONSchemaFormat(name: name, schema: RawJSON(schema.rawText))
            format.description = try value.optionalString("description", in: path)
            format.isStrict = try value.optionalBool("strict", in: path)
            return .jsonSchema(format)
        default:
            throw .invalid(
                "text.format.type", "'text.format.type' must be one of \"text\", \"json_object\", \"json_schema\".")
        }
    }
}

/// How much the model says; the providers know the first three.
enum ResponsesVerbosity: String, CaseIterable {
    case low, medium, high, xhigh, max
}

extension JSONValue {
    /// A member that must be there and not null.
    func requireMember(_ name: StaticString, in path: @autoclosure () -> String) throws(APIError) -> JSONValue {
        if let value = self[name], !value.isNull { return value }
        throw .invalid("\(path()).\(name)", "'\(path()).\(name)' is missing.")
    }

    func optionalString(_ name: StaticString, in path: @autoclosure () -> String) throws(APIError) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        return try value.requireString("\(path()).\(name)")
    }

    func optionalBool(_ name: StaticString, in path: @autoclosure () -> String) throws(APIError) -> Bool? {
        guard let value = self[name], !value.isNull else { return nil }
        return try value.requireBool("\(path()).\(name)")
    }
}
