import Activity
import Buffers
import Catalog
import Completions
import JSONText
import Routing
import Telemetry

/// Writes a stored decision as JSON.
enum RouteDecisionJSON {
    typealias Names = [Int: EndpointList.Name]

    /// A catalogue's fingerprint as answers show it.
    static func version(_ fingerprint: UInt64) -> String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// - Parameters:
    ///   - decision: the record's; nil where there was nothing to decide.
    ///   - list: what the decision's numbers stand for.
    ///   - policy: another one to sort the endpoints by; nil for none.
    static func write(
        _ record: GenerationRecord, _ decision: RouteDecision?, _ list: EndpointList, _ policy: RankingPolicy?,
        into out: inout ByteBuffer
    ) {
        let numbers = (decision?.choices.map(\.endpoint) ?? []) + (decision?.exclusions.map(\.endpoint) ?? [])
        let names = list.names(of: Set(numbers))
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in
                    json.member("generation_id", record.id.description)
                    json.member("created_at", UTCTime.text(ms: record.createdAtMs))
                    json.member("requested", record.requestedModel)
                    json.member("catalog_version", version(record.catalogue))
                    if let decision {
                        write(decision, names, policy, &json)
                    } else {
                        writeSole(record, policy, &json)
                    }
                    json.memberArray("attempts") { json in
                        for attempt in record.attempts { json.object { json in write(attempt, &json) } }
                    }
                }
            }
        }
    }

    // MARK: A choice

    private static func write(
        _ decision: RouteDecision, _ names: Names, _ policy: RankingPolicy?, _ json: inout JSONWriter
    ) {
        json.member("strategy", "\(decision.strategy.name)")
        json.member("sort", decision.policy.name)
        // As text: a number of 64 bits does not survive every reader.
        json.member("seed", "\(decision.seed)")
        json.memberObject("prompt_tokens") { json in
            json.member("at_least", decision.promptTokensMin)
            json.member("likely", decision.promptTokens)
        }
        json.member("completion_tokens", decision.completionTokens)
        let models = decision.choices.map { names[$0.endpoint]?.model ?? "" }
        let turns = decision.choices.map { names[$0.endpoint]?.turn ?? "" }
        var shares = [Float](repeating: 0, count: decision.choices.count)
        for place in RouteReplay.order(decision, by: decision.policy, models: models, turns: turns) {
            shares[place.choice] = place.share
        }
        json.memberArray("candidates") { json in
            for (index, choice) in decision.choices.enumerated() {
                json.object { json in
                    place(choice, index + 1, shares[index], names, &json)
                    json.memberArray("standing") { json in
                        for name in choice.standing.names { json.string(name) }
                    }
                    json.memberObject("health") { json in
                        json.member("expected_success", choice.health.isSeen ? choice.health.expectedSuccess : nil)
                        json.member("ttft_ms_p50", choice.health.ttftMs)
                        json.member("throughput_p50", choice.health.tokensPerSecond)
                        json.member("tool_call_answers_at_least", choice.toolCalls.answersMin)
                        json.member("tool_call_error_rate", choice.toolCalls.errorRate)
                    }
                }
            }
        }
        json.memberArray("rejected") { json in
            for exclusion in decision.exclusions {
                json.object { json in
                    name(exclusion.endpoint, names, &json)
                    json.member("reason", "\(exclusion.reason.label)")
                    json.member("explanation", RouteRefusal.explanation(exclusion.reason))
                }
            }
        }
        json.member(
            "unrecorded",
            decision.choiceCount - decision.choices.count + decision.exclusionCount - decision.exclusions.count)
        if let policy {
            replay(
                decision, RouteReplay.order(decision, by: policy, models: models, turns: turns), policy, names, &json)
        }
    }

    private static func replay(
        _ decision: RouteDecision, _ order: [RouteReplay.Place], _ policy: RankingPolicy, _ names: Names,
        _ json: inout JSONWriter
    ) {
        json.memberObject("replay") { json in
            json.member("sort", policy.name)
            json.member("is_changed", order.first?.choice != 0)
            json.memberArray("candidates") { json in
                for (index, found) in order.enumerated() {
                    json.object { json in
                        place(decision.choices[found.choice], index + 1, found.share, names, &json)
                        json.member("was", found.choice + 1)
                    }
                }
            }
        }
    }

    private static func place(
        _ choice: RouteDecision.Choice, _ position: Int, _ share: Float, _ names: Names, _ json: inout JSONWriter
    ) {
        json.member("position", position)
        name(choice.endpoint, names, &json)
        json.member("expected_cost", nanos: Int64((choice.picos / 1000).rounded()))
        json.member("share", Double(share))
    }

    /// An endpoint that the list does not have, as none should be, is shown by its number.
    private static func name(_ endpoint: Int, _ names: Names, _ json: inout JSONWriter) {
        let name = names[endpoint]
        json.member("model", name?.model ?? "unknown")
        json.member("provider", name?.provider ?? "unknown")
        json.member("tag", name?.tag ?? "#\(endpoint)")
        guard let credential = name?.credential else { return }
        json.member("is_byok", true)
        json.member("byok_id", credential)
    }

    // MARK: None

    private static func writeSole(_ record: GenerationRecord, _ policy: RankingPolicy?, _ json: inout JSONWriter) {
        func sole(_ json: inout JSONWriter) {
            json.member("position", 1)
            json.member("model", record.model)
            json.member("provider", record.provider)
            json.member("tag", record.endpointTag)
            json.member("share", 1.0)
        }
        json.memberArray("candidates") { json in json.object { json in sole(&json) } }
        json.memberArray("rejected") { _ in }
        guard let policy else { return }
        json.memberObject("replay") { json in
            json.member("sort", policy.name)
            json.member("is_changed", false)
            json.memberArray("candidates") { json in
                json.object { json in
                    sole(&json)
                    json.member("was", 1)
                }
            }
        }
    }

    private static func write(_ attempt: AttemptRecord, _ json: inout JSONWriter) {
        json.member("provider", attempt.provider)
        json.member("model", attempt.model)
        json.member("status", attempt.status)
        json.member("latency", attempt.latencyMs)
        if let failure = attempt.failure { json.member("error_class", "\(failure.label)") }
    }
}
