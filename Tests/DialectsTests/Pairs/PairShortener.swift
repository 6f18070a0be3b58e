import Foundation
import Testing

/// Answers and streams in the words of the pair files, which say everything once:
///
/// - The name of an event is not repeated as its `type`, and the numbers of events, which only count, are left out.
/// - Later chunks lack the head they share with the first, and later responses what they share with `response.created`.
/// - Of an answer, its `usage` and its `response.created`, only the members are there that are not as in the first of
///   the same caller in the file.
struct PairShortener {
    /// What was shown in full, by caller and kind.
    private var shown: [String: OrderedJSON] = [:]

    /// The data of a provider's event; its name is its type where the dialect has types.
    static func payload(_ kind: String, _ json: String) -> String {
        // Bedrock's names are the framing's.
        if kind.isEmpty || kind.contains(where: \.isUppercase) || kind == "metadata" { return json }
        return "{\"type\":\"\(kind)\"" + (json == "{}" ? "" : ",") + json.dropFirst()
    }

    mutating func answer(_ answer: OrderedJSON, to caller: String) -> OrderedJSON {
        var short = shorten(answer, "\(caller) answer")
        if let usage = short["usage"] { short["usage"] = shorten(usage, "\(caller) usage") }
        return short
    }

    /// A caller's stream, event by event.
    mutating func lines(of stream: String, to caller: String) throws -> [String] {
        var lines: [String] = []
        var first: OrderedJSON?
        var count = 0
        for event in stream.components(separatedBy: "\n\n").dropLast() {
            let fields = event.components(separatedBy: "\n")
            let name = fields.first { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) } ?? ""
            let data = try #require(fields.last { $0.hasPrefix("data: ") }).dropFirst(6)
            guard data.hasPrefix("{") else {
                lines.append(String(data))
                continue
            }
            let whole = try OrderedJSON(String(data))
            var short = whole
            if name.isEmpty {
                for member in ["id", "provider", "model", "created", "object"] {
                    if let first, first[member] == short[member] { short[member] = nil }
                }
            } else {
                #expect(short["type"] == .leaf("\"\(name)\""))
                short["type"] = nil
            }
            if let number = short["sequence_number"] {
                #expect(number == .leaf("\(count)"))
                short["sequence_number"] = nil
            }
            if let response = short["response"] {
                var rest =
                    count == 0 ? shorten(response, "\(caller) created") : response.differing(from: first?["response"])
                if count > 0, let usage = rest["usage"] { rest["usage"] = shorten(usage, "\(caller) streamed usage") }
                short["response"] = rest
            }
            if let usage = short["usage"] { short["usage"] = shorten(usage, "\(caller) streamed usage") }
            lines += ((name.isEmpty ? "" : name + " ") + short.layout(from: name.isEmpty ? 0 : 1, after: name.count))
                .components(separatedBy: "\n")
            if first == nil { first = whole }
            count += 1
        }
        return lines
    }

    private mutating func shorten(_ value: OrderedJSON, _ kind: String) -> OrderedJSON {
        if let before = shown[kind] { return value.differing(from: before) }
        shown[kind] = value
        return value
    }
}
