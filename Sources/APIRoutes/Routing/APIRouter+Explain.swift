import Accounting
import Buffers
import Catalog
import Completions
import Gateway
import HTTPServer
import HTTPWire
import JSONText
import Routing

extension APIRouter {
    /// `POST /route/explain`: the plan for a request, without carrying it out.
    func explainRoute(_ exchange: ServerExchange) async {
        do throws(APIError) {
            _ = try pipeline.authenticate(exchange)
            let body = try await self.body(of: exchange)
            defer { scanner.trim() }
            let root: JSONValue
            do throws(JSONError) {
                root = try scanner.scan(body.span)
            } catch {
                throw APIError(.invalidRequest, "The request body is not valid JSON: \(error).")
            }
            let explanation = try pipeline.explain(root, body, exchange)
            RouteExplanationJSON.write(explanation, pipeline.state, into: &exchange.content)
            exchange.respond(status: 200, contentType: "application/json")
        } catch {
            exchange.fail(error)
        }
    }

    private func body(of exchange: ServerExchange) async throws(APIError) -> RequestBody {
        do throws(BodyFailure) {
            return try await exchange.readBody()
        } catch {
            throw APIError(error, limit: pipeline.state.settings.bodyBytes)
                ?? APIError(.invalidRequest, "The request broke off.")
        }
    }
}

/// Writes a plan as JSON.
enum RouteExplanationJSON {
    static func write(_ explanation: RouteExplanation, _ state: GatewayState, into out: inout ByteBuffer) {
        let plan = explanation.plan
        let context = explanation.context
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in
                    json.member("requested", explanation.request.model ?? explanation.request.models.first)
                    json.member("strategy", "\(plan.strategy.name)")
                    json.member("algorithm", context.algorithm.rawValue)
                    json.member("sort", explanation.sort)
                    json.member("catalog_version", RouteDecisionJSON.version(state.catalog.fingerprint))
                    // As text: a number of 64 bits does not survive every reader.
                    json.member("seed", "\(context.random)")
                    json.memberObject("prompt_tokens") { json in
                        json.member("at_least", context.tokens?.atLeast ?? plan.promptTokensMin)
                        json.member("likely", context.tokens?.likely ?? plan.promptTokensMin)
                    }
                    json.member("planning_us", Double(explanation.planningNs) / 1000)
                    json.memberArray("candidates") { json in
                        for index in 0..<plan.count { write(plan[index], index + 1, context, &json) }
                    }
                    json.memberArray("rejected") { json in
                        for rejection in plan.rejected { write(rejection, &json) }
                    }
                    if let refusal = explanation.refusal {
                        json.memberObject("error") { json in
                            json.member("code", refusal.status)
                            json.member("message", refusal.message)
                            json.member("param", refusal.param)
                        }
                    }
                }
            }
        }
    }

    private static func write(
        _ candidate: Candidate, _ position: Int, _ context: RouteContext, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("position", position)
            name(candidate.model, candidate.endpoint, &json)
            json.member("expected_cost", nanos: Int64((candidate.expectedPicos / 1000).rounded()))
            json.member("share", Double(candidate.share))
            json.memberArray("standing") { json in
                for name in candidate.standing.names { json.string(name) }
            }
            let reading = context.health[candidate.endpoint].reading(nowMs: context.nowMs)
            json.memberObject("health") { json in
                json.member("availability", reading.availability.name)
                json.member("success_rate", reading.successRate)
                json.member("requests", reading.requests)
                json.member("ttft_ms_p50", reading.ttftMs?.p50)
                json.member("throughput_p50", reading.throughput?.p50)
                json.member("tool_call_answers", reading.toolCalls.answers)
                json.member("tool_call_error_rate", reading.toolCalls.errorRate)
            }
        }
    }

    private static func write(_ rejection: Rejection, _ json: inout JSONWriter) {
        json.object { json in
            name(rejection.model, rejection.endpoint, &json)
            json.member("reason", "\(rejection.reason.label)")
            json.member("explanation", RouteRefusal.explanation(rejection.reason))
        }
    }

    private static func name(_ model: Model, _ endpoint: Endpoint, _ json: inout JSONWriter) {
        json.member("model", model.slug)
        json.member("provider", endpoint.provider.displayName)
        json.member("tag", endpoint.tag)
        guard let credential = endpoint.credential else { return }
        json.member("is_byok", true)
        json.member("byok_id", credential.id)
    }
}

extension HealthReading.Availability {
    var name: String {
        switch self {
        case .available: "available"
        case .probing: "probing"
        case .cooling: "cooling"
        case .open: "open"
        case .disabled: "disabled"
        case .exhausted: "exhausted"
        }
    }
}
