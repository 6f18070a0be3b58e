package import Buffers
import Catalog
package import Completions
import JSONText
import Routing

/// The answers of the catalogue: pure functions of what one caller sees, in the shapes that the official client demands.
///
/// That client validates strictly: a required field must be there even when it is null, and a price must be text.
package enum CatalogueAnswers {
    /// `GET /models`, and with a principal in the view `GET /models/user`.
    package static func models(
        _ view: CatalogueView, _ query: some QueryParameters, path: StaticString = "/models",
        into out: inout ByteBuffer
    ) throws(APIError) {
        let filter = try CatalogueFilter(query, view)
        let sort = try query.choice("sort", CatalogueSort.self)
        let page = try CataloguePage(query)
        var rows = view.rows.filter { filter.admits($0) }
        if let sort { rows = sort.sorted(rows, view) }
        list(rows, page, path, query, view, into: &out)
    }

    /// `GET /embeddings/models`.
    package static func embeddingModels(
        _ view: CatalogueView, _ query: some QueryParameters, into out: inout ByteBuffer
    ) throws(APIError) {
        let page = try CataloguePage(query)
        let rows = view.rows.filter { $0.model.facts.outputModalities.contains(.embeddings) }
        list(rows, page, "/embeddings/models", query, view, into: &out)
    }

    private static func list(
        _ rows: [CatalogueRow], _ page: CataloguePage, _ path: StaticString, _ query: some QueryParameters,
        _ view: CatalogueView, into out: inout ByteBuffer
    ) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for row in page.slice(of: rows) {
                        if let top = view.topEndpoint(of: row) {
                            CatalogueModelJSON.write(row, top: top, into: &json)
                        } else {
                            view.index.write(row, into: &json)
                        }
                    }
                }
                json.member("total_count", rows.count)
                json.memberObject("links") { json in
                    json.key("next")
                    if let next = page.next(path, query, total: rows.count) { json.string(next) } else { json.null() }
                }
            }
        }
    }

    /// `GET /models/count`.
    package static func modelCount(
        _ view: CatalogueView, _ query: some QueryParameters, into out: inout ByteBuffer
    ) throws(APIError) {
        let filter = try CatalogueFilter(query, view)
        let count = view.rows.count { filter.admits($0) }
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in json.member("count", count) }
            }
        }
    }

    /// `GET /model/{author}/{slug}`; follows aliases and variants.
    package static func model(
        _ view: CatalogueView, _ slug: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let row = try find(slug, view)
        out.appendJSON { json in
            json.object { json in
                json.key("data")
                view.index.write(row, into: &json)
            }
        }
    }

    /// `GET /models/{id}`: the same without an envelope, and with what clients of OpenAI expect.
    package static func plainModel(
        _ view: CatalogueView, _ id: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let row = try find(id, view)
        out.appendJSON { json in
            json.object { json in
                CatalogueModelJSON.members(of: row, top: row.model.topEndpoint, into: &json)
                json.member("object", "model")
                json.member("owned_by", String(row.model.author))
            }
        }
    }

    /// `GET /models/{author}/{slug}/endpoints`; follows aliases and variants.
    package static func endpoints(
        _ view: CatalogueView, _ slug: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let row = try find(slug, view)
        let model = row.model
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in
                    json.member("id", model.slug)
                    json.member("name", model.name)
                    json.member("created", model.facts.created)
                    json.member("description", model.facts.description)
                    CatalogueModelJSON.writeArchitecture(of: model, into: &json)
                    json.memberArray("endpoints") { json in
                        for endpoint in model.shownEndpoints {
                            CatalogueEndpointJSON.write(endpoint, of: model, view, into: &json)
                        }
                    }
                }
            }
        }
    }

    /// `GET /endpoints/zdr`: every endpoint whose provider retains nothing.
    package static func zeroRetentionEndpoints(_ view: CatalogueView, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for model in view.index.catalog.models {
                        for endpoint in model.shownEndpoints where endpoint.provider.policy.retainsNothing {
                            CatalogueEndpointJSON.write(endpoint, of: model, view, into: &json)
                        }
                    }
                }
            }
        }
    }

    /// `GET /providers`.
    package static func providers(_ view: CatalogueView, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for provider in view.index.providers { write(provider, into: &json) }
                }
            }
        }
    }

    private static func write(_ provider: ProviderEntry, into json: inout JSONWriter) {
        let profile = provider.profile
        json.object { json in
            json.member("name", provider.displayName)
            json.member("slug", provider.slug)
            json.nullable("privacy_policy_url", profile.privacyPolicyURL)
            json.nullable("terms_of_service_url", profile.termsOfServiceURL)
            json.nullable("status_page_url", profile.statusPageURL)
            json.nullable("headquarters", profile.headquarters)
            json.key("datacenters")
            if let datacenters = profile.datacenters { json.strings(datacenters) } else { json.null() }
        }
    }

    /// The line of a name, perhaps with endings that say how to route it.
    static func find(_ name: String, _ view: CatalogueView) throws(APIError) -> CatalogueRow {
        if let row = view.index.row(named: name) { return row }
        var rest = Substring(name)
        while let (slug, _) = ModelVariant.split(rest) {
            rest = slug
            if let row = view.index.row(named: String(slug)) { return row }
        }
        let nearest = view.index.catalog.nearest(to: name)
        let hint = nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
        let shown = name.utf8.count > CatalogLimits.slugBytes ? "The model" : "The model \(name)"
        throw APIError(.notFound, "\(shown) is not in the catalogue.\(hint) GET /api/v1/models lists every model.")
    }
}
