import Accounting
import Catalog
import Completions
import JSONText

/// Writes a model as `/models` and `/model/…` show it.
enum CatalogueModelJSON {
    /// - Parameter top: the endpoint whose price and limits stand for the model; the model's own where it is nil.
    static func write(_ row: CatalogueRow, top: Endpoint? = nil, into json: inout JSONWriter) {
        json.object { members(of: row, top: top ?? row.model.topEndpoint, into: &$0) }
    }

    static func members(of row: CatalogueRow, top: Endpoint, into json: inout JSONWriter) {
        let model = row.model
        let facts = model.facts
        json.member("id", row.slug)
        json.member("canonical_slug", row.alias?.slug ?? model.canonicalSlug)
        json.nullable("hugging_face_id", facts.huggingFaceID)
        json.member("name", row.alias?.name ?? model.name)
        json.member("created", facts.created)
        json.member("description", facts.description)
        json.nullable("context_length", model.contextLength)
        writeArchitecture(of: model, into: &json)
        json.key("pricing")
        CataloguePricingJSON.write(top.pricing, into: &json)
        json.memberObject("top_provider") { json in
            json.nullable("context_length", top.contextLength ?? model.contextLength)
            json.nullable("max_completion_tokens", top.maxCompletionTokens)
            json.member("is_moderated", facts.isModerated)
        }
        // Nothing here limits a request beyond what the endpoint does.
        json.memberNull("per_request_limits")
        json.key("supported_parameters")
        json.strings(model.parameters.names)
        json.key("default_parameters")
        if let defaults = facts.defaultParameters { write(defaults, into: &json) } else { json.null() }
        json.memberNull("supported_voices")
        json.nullable("knowledge_cutoff", facts.knowledgeCutoff)
        json.nullable("expiration_date", facts.expirationDate)
        if let reasoning = facts.reasoning { write(reasoning, into: &json) }
        if let benchmarks = facts.benchmarks { write(benchmarks, into: &json) }
        if row.alias != nil {
            json.memberObject("alias_target") { json in
                json.member("slug", model.slug)
                json.member("name", model.name)
            }
        }
        json.memberObject("links") { json in
            json.member("details", "/api/v1/models/\(model.canonicalSlug)/endpoints")
        }
    }

    private static func write(_ defaults: DefaultParameters, into json: inout JSONWriter) {
        json.object { json in
            json.nullable("temperature", defaults.temperature)
            json.nullable("top_p", defaults.topP)
            json.nullable("top_k", defaults.topK)
            json.nullable("frequency_penalty", defaults.frequencyPenalty)
            json.nullable("presence_penalty", defaults.presencePenalty)
            json.nullable("repetition_penalty", defaults.repetitionPenalty)
        }
    }

    private static func write(_ benchmarks: ModelBenchmarks, into json: inout JSONWriter) {
        json.memberObject("benchmarks") { json in
            if benchmarks.intelligenceIndex != nil || benchmarks.codingIndex != nil || benchmarks.agenticIndex != nil {
                json.memberObject("artificial_analysis") { json in
                    json.nullable("intelligence_index", benchmarks.intelligenceIndex)
                    json.nullable("coding_index", benchmarks.codingIndex)
                    json.nullable("agentic_index", benchmarks.agenticIndex)
                }
            }
            json.memberArray("design_arena") { json in
                for score in benchmarks.designArena {
                    json.object { json in
                        json.member("arena", score.arena)
                        json.member("category", score.category)
                        json.member("elo", score.elo)
                        json.member("win_rate", score.winRate)
                        json.member("rank", score.rank)
                    }
                }
            }
        }
    }

    static func writeArchitecture(of model: Model, into json: inout JSONWriter) {
        let facts = model.facts
        let inputs = facts.inputModalities.names
        let outputs = facts.outputModalities.names
        json.memberObject("architecture") { json in
            json.member("modality", "\(inputs.joined(separator: "+"))->\(outputs.joined(separator: "+"))")
            json.key("input_modalities")
            json.strings(inputs)
            json.key("output_modalities")
            json.strings(outputs)
            json.member("tokenizer", facts.tokenizer ?? "Other")
            json.nullable("instruct_type", facts.instructType)
        }
    }

    private static func write(_ reasoning: ReasoningSupport, into json: inout JSONWriter) {
        json.memberObject("reasoning") { json in
            json.member("mandatory", reasoning.isMandatory)
            json.nullable("default_effort", reasoning.defaultEffort?.rawValue)
            if let isOn = reasoning.isOnByDefault { json.member("default_enabled", isOn) }
            json.key("supported_efforts")
            if let efforts = reasoning.efforts { json.strings(efforts.map(\.rawValue)) } else { json.null() }
            if reasoning.takesTokenBudget { json.member("supports_max_tokens", true) }
        }
    }
}
