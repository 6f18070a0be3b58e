import Buffers
import Completions
import JSONText

/// Log probabilities as text completions tell them: four lists side by side, one entry of each for every token.
///
/// Source: wire spec 2.2; OpenAI's reference of completions.
struct LegacyLogprobs: Sendable {
    private struct Entry {
        let token: String
        /// Numbers as written.
        let logprob: RawJSON
        let others: [(token: String, logprob: RawJSON)]
    }

    /// Code points of the tokens so far, by choice.
    private var offsets: [Int: Int] = [:]

    /// Writes the next entries of a choice; null where there are none.
    ///
    /// - Parameter lists: entries of `logprobs.content` in OpenAI's form, each an array.
    mutating func write(_ lists: [RawJSON], of choice: Int, into json: inout JSONWriter) {
        let entries = lists.flatMap { list in list.scanned { $0.map(Self.entries) ?? [] } }
        if entries.isEmpty { return json.null() }
        var offset = offsets[choice] ?? 0
        json.object { json in
            json.memberArray("tokens") { json in for entry in entries { json.string(entry.token) } }
            json.memberArray("token_logprobs") { json in for entry in entries { json.raw(entry.logprob) } }
            json.key("top_logprobs")
            Self.writeOthers(entries, &json)
            json.memberArray("text_offset") { json in
                for entry in entries {
                    json.integer(offset)
                    offset += entry.token.unicodeScalars.count
                }
            }
        }
        offsets[choice] = offset
    }

    private static func entries(_ list: JSONValue) -> [Entry] {
        list.elements.map { value in
            let others = value["top_logprobs"]?.elements.map { (token: token(of: $0), logprob: logprob(of: $0)) }
            return Entry(token: token(of: value), logprob: logprob(of: value), others: others ?? [])
        }
    }

    private static func token(of value: JSONValue) -> String { value["token"]?.string ?? "" }

    private static func logprob(of value: JSONValue) -> RawJSON {
        guard let number = value["logprob"], number.isNumber else { return RawJSON("null") }
        return RawJSON(number.rawText)
    }

    /// The likeliest tokens at each place; null where nobody asked for them.
    private static func writeOthers(_ entries: [Entry], _ json: inout JSONWriter) {
        if entries.allSatisfy(\.others.isEmpty) { return json.null() }
        json.array { json in
            for entry in entries {
                json.object { json in
                    // Tokens of different bytes may read the same: the likelier one stands first.
                    var seen: Set<String> = []
                    for other in entry.others where seen.insert(other.token).inserted {
                        json.key(text: other.token)
                        json.raw(other.logprob)
                    }
                }
            }
        }
    }
}
