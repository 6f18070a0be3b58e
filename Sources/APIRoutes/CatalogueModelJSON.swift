import Accounting
import Catalog
import Completions
import JSONText

/// Writes a model as `/models` and `/model/…` show it.
enum CatalogueModelJSON {
    static func write(_ row: CatalogueRow, into json: inout JSONWriter) {
        let model = row.model
        let facts = model.facts
        json.object { json in
            json.member("id", row.alias?.slug ?? model.slug)
            json.member("canonical_slug", row.alias?.slug ?? model.canonicalSlug)
            json.nullable("hugging_face_id", facts.huggingFaceID)
            json.member("name", row.alias?.name ?? model.name)
            json.member("created", facts.created)
            json.member("description", facts.description)
            json.nullable("context_length", model.contextLength)
            writeArchitecture(of: model, into: &json)
            json.key("pricing")
            CataloguePricingJSON.write(model.topEndpoint.pricing, into: &json)
            json.memberObject("top_provider") { json in
                json.nullable("context_length", model.topEndpoint.contextLength ?? model.contextLength)
                json.nullable("max_completion_tokens", model.topEndpoint.maxCompletionTokens)
                json.member("is_moderated", facts.isModerated)
            }
            json.memberNull("per_request_limits")
            json.key("supported_parameters")
            json.strings(model.parameters.names)
            json.memberNull("default_parameters")
            json.memberNull("supported_voices")
            json.nullable("knowledge_cutoff", facts.knowledgeCutoff)
            json.nullable("expiration_date", facts.expirationDate)
            if let reasoning = facts.reasoning { write(reasoning, into: &json) }
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
            json.key("supported_efforts")
            if let efforts = reasoning.efforts { json.strings(efforts.map(\.rawValue)) } else { json.null() }
            if reasoning.takesTokenBudget { json.member("supports_max_tokens", true) }
        }
    }
}
