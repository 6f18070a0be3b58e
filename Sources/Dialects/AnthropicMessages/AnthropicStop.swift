import Completions
import JSONText

/// How a message ended, in this dialect.
struct AnthropicStop {
    private let reason: String
    private let refusal: String
    /// What a provider of this dialect says beside the reason.
    private let end: RawJSON?

    init(_ reason: FinishReason?, native: String?, refusal: String, end: RawJSON?) {
        self.reason = AnthropicWords.stopReason(reason ?? .stop, native: native, refused: !refusal.isEmpty)
        self.refusal = refusal
        self.end = end
    }

    /// Writes `stop_reason`, `stop_sequence`, `stop_details` and `container`.
    func write(_ json: inout JSONWriter) {
        json.member("stop_reason", reason)
        let members = self.members
        if let sequence = members["stop_sequence"] {
            json.member("stop_sequence", sequence)
        } else {
            json.memberNull("stop_sequence")
        }
        if let details = members["stop_details"] {
            json.member("stop_details", details)
        } else if reason == "refusal", !refusal.isEmpty {
            json.memberObject("stop_details") { json in
                json.member("type", "refusal")
                json.memberNull("category")
                json.member("explanation", refusal)
            }
        }
        json.member("container", members["container"])
    }

    func writeContextManagement(_ json: inout JSONWriter) {
        json.member("context_management", members["context_management"])
    }

    private var members: [String: RawJSON] {
        guard let end else { return [:] }
        return end.scanned { root in
            var members: [String: RawJSON] = [:]
            guard let root else { return members }
            for member in root.members { members[member.key.string] = RawJSON(member.value.rawText) }
            return members
        }
    }
}
