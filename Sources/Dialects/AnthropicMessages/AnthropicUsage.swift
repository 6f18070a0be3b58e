import Accounting
import JSONText

/// The `usage` objects of a stream or an answer, joined: each says the counts so far, and later ones may leave some
/// out. Source: wire spec 8, 9.4.
struct AnthropicUsage {
    private struct Counts {
        /// Without what was read from the cache or written to it.
        var input: Int?
        var read: Int?
        var written: Int?
        var written1h: Int?
        var output: Int?

        mutating func take(_ usage: JSONValue) {
            for member in usage.members {
                switch member.name {
                case "input_tokens": input = AnthropicUsage.count(member.value) ?? input
                case "output_tokens": output = AnthropicUsage.count(member.value) ?? output
                case "cache_read_input_tokens": read = AnthropicUsage.count(member.value) ?? read
                case "cache_creation":
                    written1h = member.value["ephemeral_1h_input_tokens"].flatMap(AnthropicUsage.count) ?? written1h
                default:
                    if member.key.equals("cache_creation_input_tokens") {
                        written = AnthropicUsage.count(member.value) ?? written
                    }
                }
            }
        }
    }

    private var counts = Counts()
    /// The steps of one answer (compaction, an adviser), of which the counts above leave some out.
    private var steps: [Counts] = []
    private var reasoning = 0
    private var searches = 0
    private var isKnown = false

    /// Takes one `usage` object; anything else changes nothing.
    mutating func take(_ usage: JSONValue?) {
        guard let usage, usage.isObject else { return }
        isKnown = true
        counts.take(usage)
        if let steps = usage["iterations"], steps.count > 0 {
            self.steps = steps.elements.map { step in
                var counts = Counts()
                counts.take(step)
                return counts
            }
        }
        reasoning = usage["output_tokens_details"]?["thinking_tokens"].flatMap(Self.count) ?? reasoning
        searches = usage["server_tool_use"]?["web_search_requests"].flatMap(Self.count) ?? searches
    }

    /// nil as long as nothing was said.
    var tokens: TokenUsage? {
        guard isKnown else { return nil }
        var usage = TokenUsage()
        for step in steps.isEmpty ? [counts] : steps {
            let written = step.written ?? 0
            let written1h = min(step.written1h ?? 0, written)
            usage.prompt += (step.input ?? 0) + (step.read ?? 0) + written
            usage.completion += step.output ?? 0
            usage.cached += step.read ?? 0
            usage.cacheWrite1h += written1h
            usage.cacheWrite5m += written - written1h
        }
        usage.total = usage.prompt + usage.completion
        usage.reasoning = min(reasoning, usage.completion)
        usage.webSearches = searches
        return usage
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue) -> Int? {
        guard let number = value.integer else { return nil }
        return Int(min(max(number, 0), 1 << 40))
    }
}
