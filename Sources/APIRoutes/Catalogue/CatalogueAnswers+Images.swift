import Accounting
package import Buffers
import Catalog
package import Completions
import JSONText

/// The lists of what makes images and videos. Source: openrouter spec 16.4.
///
/// Images come with completions here: a model is asked for them by `modalities`. Of sizes and ratios, which belong to an
/// interface for images alone, nothing is known, so that those maps are empty.
extension CatalogueAnswers {
    /// `GET /images/models`.
    package static func imageModels(_ view: CatalogueView, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for row in view.rows where row.alias == nil && makesImages(row) { write(row, into: &json) }
                }
            }
        }
    }

    /// `GET /images/models/{author}/{slug}/endpoints`; follows aliases and variants.
    package static func imageEndpoints(
        _ view: CatalogueView, _ slug: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let row = try find(slug, view)
        guard makesImages(row) else {
            throw APIError(
                .notFound, "The model \(row.slug) makes no images. GET /api/v1/images/models lists those that do.")
        }
        out.appendJSON { json in
            json.object { json in
                json.member("id", row.model.slug)
                json.memberArray("endpoints") { json in
                    for endpoint in row.model.shownEndpoints { write(endpoint, into: &json) }
                }
            }
        }
    }

    /// `GET /videos/models`: nothing here makes videos.
    package static func videoModels(into out: inout ByteBuffer) {
        out.append("{\"data\":[]}")
    }

    private static func makesImages(_ row: CatalogueRow) -> Bool {
        row.model.facts.outputModalities.contains(.image)
    }

    private static func write(_ row: CatalogueRow, into json: inout JSONWriter) {
        let facts = row.model.facts
        json.object { json in
            json.member("id", row.slug)
            json.member("name", row.model.name)
            json.member("description", facts.description)
            json.member("created", facts.created)
            json.memberObject("architecture") { json in
                json.key("input_modalities")
                json.strings(facts.inputModalities.names)
                json.key("output_modalities")
                json.strings(facts.outputModalities.names)
            }
            json.memberObject("supported_parameters") { _ in }
            json.member("supports_streaming", false)
            json.member("endpoints", "/api/v1/images/models/\(row.slug)/endpoints")
        }
    }

    private static func write(_ endpoint: Endpoint, into json: inout JSONWriter) {
        json.object { json in
            json.member("provider_name", endpoint.provider.displayName)
            json.member("provider_slug", endpoint.provider.slug)
            json.member("provider_tag", endpoint.tag)
            json.memberArray("pricing") { json in
                for line in ImagePriceLine.all { line.write(endpoint.pricing, into: &json) }
            }
            json.memberObject("supported_parameters") { _ in }
            json.memberArray("allowed_passthrough_parameters") { _ in }
            json.member("supports_streaming", false)
        }
    }
}

/// What is billed for an image, and by which price of a sheet.
private struct ImagePriceLine {
    let billable: StaticString
    let unit: StaticString
    let component: PriceComponent
    /// The price that stands for one that the sheet does not name.
    var otherwise: PriceComponent?

    static let all = [
        ImagePriceLine(billable: "output_image", unit: "token", component: .imageOutput, otherwise: .completion),
        ImagePriceLine(billable: "input_image", unit: "token", component: .imageToken, otherwise: .prompt),
        ImagePriceLine(billable: "input_image", unit: "image", component: .image),
        ImagePriceLine(billable: "input_text", unit: "token", component: .prompt),
    ]

    func write(_ sheet: PriceSheet, into json: inout JSONWriter) {
        guard let quote = sheet.quote(component) ?? otherwise.flatMap({ sheet.quote($0) }) else { return }
        json.object { json in
            json.member("billable", "\(billable)")
            json.member("unit", "\(unit)")
            json.member("cost_usd", Double(quote.price.picos) / 1e12)
        }
    }
}
