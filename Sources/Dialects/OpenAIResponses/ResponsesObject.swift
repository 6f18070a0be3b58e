import Accounting
import Completions
import JSONText

/// The response object: the plain answer, and what the first and the last event of a stream carry.
/// Source: openrouter spec 17.2 and appendix A, `OpenResponsesResult`.
struct ResponsesObject {
    enum Status {
        case inProgress, completed
        case incomplete(String)
        case failed(APIError)

        var word: StaticString {
            switch self {
            case .inProgress: "in_progress"
            case .completed: "completed"
            case .incomplete: "incomplete"
            case .failed: "failed"
            }
        }
    }

    let stamp: ResponseStamp
    let echo: ResponsesEcho
    var status: Status
    var items: [ResponsesItem] = []
    var usage: TokenUsage?
    var charge = Charge.none
    var serviceTier: String?
    /// Unix seconds.
    var completedAt: Int64?
    /// `openrouter_metadata`, at the end of a stream.
    var metadata: RawJSON?
    /// Why an answer is none, where an error became one.
    var errorType: String?

    init(_ status: Status, stamp: ResponseStamp, echo: ResponsesEcho) {
        self.status = status
        self.stamp = stamp
        self.echo = echo
    }

    func write(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("id", stamp.responseID)
        json.member("object", "response")
        json.member("created_at", stamp.created)
        json.key("completed_at")
        if let completedAt { json.integer(completedAt) } else { json.null() }
        json.member("status", "\(status.word)")
        writeStatus(&json)
        json.member("model", stamp.model)
        json.member("provider", stamp.provider)
        json.memberArray("output") { json in
            for item in items { item.write(&json) }
        }
        switch status {
        case .completed, .incomplete: json.member("output_text", text)
        case .inProgress, .failed: break
        }
        echo.write(&json)
        json.member("service_tier", serviceTier ?? echo.serviceTier)
        json.member("background", false)
        json.member("store", false)
        json.memberNull("previous_response_id")
        json.key("usage")
        if let usage { ResponsesUsageWriter.write(usage, charge: charge, &json) } else { json.null() }
        json.member("openrouter_metadata", metadata)
        json.endObject()
    }

    private func writeStatus(_ json: inout JSONWriter) {
        switch status {
        case .failed(let error):
            json.memberObject("error") { json in
                json.member("code", "\(ResponsesErrorEnvelope.code(of: error.type))")
                json.member("message", error.message)
            }
            json.memberNull("incomplete_details")
            json.member("error_type", "\(error.type.wireName)")
        case .incomplete(let reason):
            json.memberNull("error")
            json.memberObject("incomplete_details") { $0.member("reason", reason) }
            json.member("error_type", errorType)
        case .inProgress, .completed:
            json.memberNull("error")
            json.memberNull("incomplete_details")
        }
    }

    /// All that was said in messages.
    private var text: String {
        var text = ""
        for item in items where item.kind == .message {
            for part in item.parts where part.kind == .text { text += part.text }
        }
        return text
    }
}

extension ResponseStamp {
    /// What the ids of a response and its items share: the generation id without its prefix and its signs.
    var token: String {
        let bare = id.hasPrefix("gen-") ? id.dropFirst(4) : id[...]
        return String(bare.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(40))
    }

    /// The id in the dialect's own looks.
    var responseID: String { "resp_\(token)" }
}
