import Activity
import Buffers
import Catalog
import Completions
import Dialects
import HTTPServer
import HTTPWire
import JSONText
import Providers
import Reactor
import Routing

/// `openrouter_metadata`: how the request was routed, for callers who ask for it. Source: spec 15.
extension CompletionCall {
    private var wantsMetadata: Bool {
        let exchange = self.exchange
        guard let range = exchange.first(.xOpenRouterMetadata) ?? formerField else { return false }
        return exchange.headBytes.matchesIgnoringCase(range, "enabled")
    }

    /// The field as it was called before; too long a name for the table of known ones.
    private var formerField: Range<Int>? {
        let exchange = self.exchange
        let field = exchange.head.fields.first {
            $0.known == nil && exchange.headBytes.matchesIgnoringCase($0.name, "x-openrouter-experimental-metadata")
        }
        return field?.value
    }

    /// Puts the metadata into the object that the answer ends with, before its last brace.
    ///
    /// - Parameter trailing: bytes from that brace to the end.
    func appendMetadata(selected: Candidate?, trailing: Int) {
        guard wantsMetadata, exchange.content.count >= trailing else { return }
        let end = Array(exchange.content.bytes.suffix(trailing))
        exchange.content.truncate(to: exchange.content.count - trailing)
        exchange.content.append(",\"openrouter_metadata\":")
        let exchange = self.exchange
        exchange.content.appendJSON { json in json.object { self.writeMetadata(selected, &$0) } }
        exchange.content.append(end)
    }

    /// The metadata as an object, for answers that have it further in; nil for callers who do not ask for it.
    func metadata(selected: Candidate) -> RawJSON? {
        guard wantsMetadata else { return nil }
        var text = ByteBuffer()
        text.appendJSON { json in json.object { self.writeMetadata(selected, &$0) } }
        return RawJSON(text.text)
    }

    private func writeMetadata(_ selected: Candidate?, _ json: inout JSONWriter) {
        let requested = request.model ?? request.models.first ?? plan.first?.model.slug ?? ""
        let shown = min(plan.count, GatewayLimits.metadataEndpoints)
        json.member("requested", requested)
        json.member("strategy", "\(plan.strategy.name)")
        json.key("region")
        if let region = selected?.endpoint.region { json.string(region) } else { json.null() }
        json.member("summary", summary(selected))
        json.member("attempt", failures.count + (selected == nil ? 0 : 1))
        json.member("is_byok", selected?.endpoint.credential != nil)
        json.memberObject("endpoints") { json in
            json.member("total", plan.count)
            json.memberArray("available") { json in
                for index in 0..<shown {
                    let candidate = plan[index]
                    json.object { json in
                        json.member("provider", candidate.endpoint.provider.displayName)
                        json.member("model", candidate.model.slug)
                        json.member("selected", candidate.endpoint === selected?.endpoint)
                    }
                }
            }
        }
        json.memberArray("attempts") { json in
            for (index, failure) in failures.enumerated() {
                // Each failure has its record in the same place.
                let names = attempts[index].droppedNames
                Self.attempt(failure.endpoint, failure.failure.status, names, &json)
            }
            if let selected { Self.attempt(selected.endpoint, 200, dropped.names + droppedParts, &json) }
        }
        if selected != nil { writePipeline(&json) }
        if attemptStartedNs > 0 {
            json.member("generation_time", Int((EventLoop.monotonicNanos() - attemptStartedNs) / 1_000_000))
        }
    }

    /// What plugins did to the conversation and to the answer.
    private func writePipeline(_ json: inout JSONWriter) {
        let mendedCount = healing?.count ?? 0
        if compression == nil, mendedCount == 0 { return }
        json.memberArray("pipeline") { json in
            if let compression { writeStage(compression, &json) }
            if mendedCount == 0 { return }
            json.object { json in
                json.member("type", "response_healing")
                json.member("name", "response-healing")
                json.memberObject("data") { $0.member("choices_mended", mendedCount) }
                json.member("summary", "mended the JSON of \(mendedCount) choices")
            }
        }
    }

    private static func attempt(
        _ endpoint: Endpoint, _ status: Int, _ dropped: [String], _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("provider", endpoint.provider.displayName)
            json.member("model", endpoint.modelSlug)
            json.member("status", status)
            if endpoint.credential != nil { json.member("is_byok", true) }
            if dropped.isEmpty { return }
            json.memberArray("dropped_parameters") { json in
                for name in dropped { json.string(name) }
            }
        }
    }

    private func summary(_ selected: Candidate?) -> String {
        let tried = failures.isEmpty ? "" : ", after \(failures.map(\.endpoint.tag).joined(separator: ", ")) failed"
        let left = plan.rejected.isEmpty ? "" : "; \(plan.rejected.count) endpoints were left out"
        guard let selected else { return "no endpoint of \(plan.count) answered\(left)" }
        return "\(selected.endpoint.tag) of \(plan.count) endpoints\(tried)\(left)"
    }
}

extension APIError {
    /// Whether `openrouter_metadata` goes with it: where providers failed, and not where the request was at fault or came
    /// too early. Source: spec 15.
    var tellsRoute: Bool {
        switch status {
        case 502, 503, 504, 524, 529: true
        default: false
        }
    }
}
