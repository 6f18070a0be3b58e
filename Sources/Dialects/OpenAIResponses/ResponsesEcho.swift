package import JSONText
import Completions

/// What a response repeats of its request: the members that every response object of the dialect must have.
///
/// Null and absent members have the values that the API documents as usual.
package struct ResponsesEcho: Sendable {
    /// The tier asked for; what was used is known at the end.
    let serviceTier: String
    private var members: [NamedJSON]

    private static let usual: [NamedJSON] = [
        NamedJSON("instructions", RawJSON("null")),
        NamedJSON("max_output_tokens", RawJSON("null")),
        NamedJSON("max_tool_calls", RawJSON("null")),
        NamedJSON("metadata", RawJSON("{}")),
        NamedJSON("parallel_tool_calls", RawJSON("true")),
        NamedJSON("temperature", RawJSON("null")),
        NamedJSON("top_p", RawJSON("null")),
        NamedJSON("presence_penalty", RawJSON("null")),
        NamedJSON("frequency_penalty", RawJSON("null")),
        NamedJSON("prompt_cache_key", RawJSON("null")),
        NamedJSON("reasoning", RawJSON(#"{"effort":null,"summary":null}"#)),
        NamedJSON("safety_identifier", RawJSON("null")),
        NamedJSON("text", RawJSON(#"{"format":{"type":"text"}}"#)),
        NamedJSON("tool_choice", RawJSON(#""auto""#)),
        NamedJSON("tools", RawJSON("[]")),
        NamedJSON("top_logprobs", RawJSON("0")),
        NamedJSON("truncation", RawJSON(#""disabled""#)),
        NamedJSON("user", RawJSON("null")),
    ]

    /// Of a request that said nothing.
    package init() {
        members = Self.usual
        serviceTier = "auto"
    }

    /// Of a request body.
    package init(_ root: JSONValue) {
        var members = Self.usual
        for member in root.members where !member.value.isNull {
            let name = member.key.string
            guard let index = members.firstIndex(where: { $0.name == name }) else { continue }
            members[index].json = RawJSON(member.value.rawText).onOneLine
        }
        self.members = members
        serviceTier = root["service_tier"]?.string ?? "auto"
    }

    func write(_ json: inout JSONWriter) {
        for member in members {
            json.key(text: member.name)
            json.raw(member.json.text.utf8Span.span)
        }
    }
}
