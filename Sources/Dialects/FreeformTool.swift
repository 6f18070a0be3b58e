import Buffers
import Completions
import JSONText

/// Freeform tools where a dialect or a host knows functions alone: there they are functions with one string, `input`.
/// Source: wire spec 7.
enum FreeformTool {
    /// The schema of such a function's arguments.
    static let schema = RawJSON(
        "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}")

    /// The arguments that stand for an input.
    static func arguments(for input: String) -> String {
        var json = JSONWriter()
        json.object { $0.member("input", input) }
        return json.finish().text
    }

    /// The input that arguments stand for; models that keep to no schema are taken at their word.
    static func input(of arguments: String) -> String {
        RawJSON(arguments).scanned { $0?["input"]?.string } ?? arguments
    }
}
