import Buffers
import Completions
import JSONText

/// Log probabilities in OpenAI's form. Source: wire spec 8.
enum GeminiLogprobs {
    /// The entries of a `logprobsResult` as a JSON array; nil where it has none.
    static func entries(_ result: JSONValue) -> RawJSON? {
        guard let chosen = result["chosenCandidates"], chosen.count > 0 else { return nil }
        var out = ByteBuffer()
        out.appendJSON { json in
            json.beginArray()
            for (position, candidate) in chosen.elements.enumerated() {
                json.beginObject()
                write(candidate, &json)
                json.key("top_logprobs")
                json.beginArray()
                if let others = result["topCandidates"]?[position]?["candidates"] {
                    for other in others.elements {
                        json.beginObject()
                        write(other, &json)
                        json.endObject()
                    }
                }
                json.endArray()
                json.endObject()
            }
            json.endArray()
        }
        return RawJSON(out.text)
    }

    private static func write(_ candidate: JSONValue, _ json: inout JSONWriter) {
        let token = candidate["token"]?.string ?? ""
        json.member("token", token)
        json.key("logprob")
        if let value = candidate["logProbability"], value.isNumber { json.raw(value) } else { json.integer(0) }
        json.key("bytes")
        json.beginArray()
        for byte in token.utf8 { json.integer(Int(byte)) }
        json.endArray()
    }
}
