package import Buffers
import JSONText

/// A list of models as Anthropic's SDKs read it: for callers who send `anthropic-version`.
package enum AnthropicModelList {
    package struct Entry: Sendable {
        package var id: String
        package var displayName: String
        /// Unix seconds.
        package var created: Int64
        /// Tokens; nil where it is not known.
        package var contextLength: Int?
        package var maxOutputTokens: Int?

        package init(
            id: String, displayName: String, created: Int64, contextLength: Int? = nil, maxOutputTokens: Int? = nil
        ) {
            self.id = id
            self.displayName = displayName
            self.created = created
            self.contextLength = contextLength
            self.maxOutputTokens = maxOutputTokens
        }
    }

    /// Appends a page.
    ///
    /// - Parameter hasMore: whether models follow behind the last one of the page.
    package static func write(_ models: [Entry], hasMore: Bool, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for model in models { writeModel(model, &json) }
                }
                json.member("has_more", hasMore)
                if let first = models.first { json.member("first_id", first.id) } else { json.memberNull("first_id") }
                if let last = models.last { json.member("last_id", last.id) } else { json.memberNull("last_id") }
            }
        }
    }

    /// Appends one model, which is also the answer of `/models/{id}`.
    package static func write(_ model: Entry, into out: inout ByteBuffer) {
        out.appendJSON { writeModel(model, &$0) }
    }

    private static func writeModel(_ model: Entry, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "model")
            json.member("id", model.id)
            json.member("display_name", model.displayName)
            json.member("created_at", timestamp(model.created))
            json.member("lifecycle", "active")
            json.member("max_input_tokens", model.contextLength)
            json.member("max_tokens", model.maxOutputTokens)
        }
    }

    /// RFC 3339 in UTC. The date is Howard Hinnant's `civil_from_days`.
    private static func timestamp(_ seconds: Int64) -> String {
        let second = max(0, seconds)
        let days = Int(second / 86_400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let clock = Int(second % 86_400)
        return "\(year)-\(two(month))-\(two(day))T\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
