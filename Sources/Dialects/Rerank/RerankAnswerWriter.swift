package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes sorted documents for callers, with what it cost. Source: openrouter spec 17.4.
package enum RerankAnswerWriter {
    package static func write(
        _ answer: RerankAnswer, to request: RerankRequest, stamp: ResponseStamp, charge: Charge,
        into out: inout ByteBuffer
    ) {
        out.appendJSON { json in
            json.object { json in
                json.member("id", stamp.id)
                json.member("model", stamp.model)
                json.member("provider", stamp.provider)
                json.memberArray("results") { json in
                    for result in answer.results { write(result, request.documents[result.index], &json) }
                }
                json.memberObject("usage") { json in
                    json.member("cost", nanos: charge.total.nanos)
                    json.member("search_units", answer.searchUnits)
                    json.member("total_tokens", answer.usage.map { $0.prompt + $0.completion })
                }
            }
        }
    }

    private static func write(
        _ result: RerankAnswer.Result, _ document: RerankRequest.Document, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("index", result.index)
            json.member("relevance_score", result.relevance)
            json.memberObject("document") { json in
                json.member("text", document.text)
                json.member("image", document.image)
            }
        }
    }
}
