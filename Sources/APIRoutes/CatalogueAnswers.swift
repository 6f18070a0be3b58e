package import Buffers
package import Catalog
package import Completions
import JSONText

/// The answers of the catalogue: pure functions of a snapshot, in the shapes that the official client demands.
///
/// That client validates strictly: a required field must be there even when it is null, and a price must be text.
package enum CatalogueAnswers {
    /// `GET /models`.
    package static func models(
        _ catalog: ModelCatalog, _ query: some QueryParameters, into out: inout ByteBuffer
    ) throws(APIError) {
        let filter = try CatalogueFilter(query)
        let page = try CataloguePage(query)
        let matching = CatalogueRow.all(of: catalog).filter { filter.admits($0) }
        let shown = page.slice(of: matching)
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for row in shown { CatalogueModelJSON.write(row, into: &json) }
                }
                json.member("total_count", matching.count)
                json.memberObject("links") { json in
                    json.key("next")
                    if let next = page.next(query, total: matching.count) { json.string(next) } else { json.null() }
                }
            }
        }
    }

    /// `GET /models/count`.
    package static func modelCount(
        _ catalog: ModelCatalog, _ query: some QueryParameters, into out: inout ByteBuffer
    ) throws(APIError) {
        let filter = try CatalogueFilter(query)
        let count = CatalogueRow.all(of: catalog).count { filter.admits($0) }
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in json.member("count", count) }
            }
        }
    }

    /// `GET /model/{author}/{slug}`; follows aliases.
    package static func model(
        _ catalog: ModelCatalog, _ slug: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let alias = catalog.familyAliases.first { $0.slug == slug }
        let row = CatalogueRow(model: try find(slug, in: catalog), alias: alias)
        out.appendJSON { json in
            json.object { json in
                json.key("data")
                CatalogueModelJSON.write(row, into: &json)
            }
        }
    }

    /// `GET /models/{author}/{slug}/endpoints`; follows aliases.
    package static func endpoints(
        _ catalog: ModelCatalog, _ slug: String, into out: inout ByteBuffer
    ) throws(APIError) {
        let model = try find(slug, in: catalog)
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
                            CatalogueEndpointJSON.write(endpoint, of: model, into: &json)
                        }
                    }
                }
            }
        }
    }

    /// `GET /providers`.
    package static func providers(_ catalog: ModelCatalog, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for provider in catalog.providers { write(provider, into: &json) }
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

    private static func find(_ slug: String, in catalog: ModelCatalog) throws(APIError) -> Model {
        if let model = catalog.resolve(slug) { return model }
        let nearest = catalog.nearest(to: slug)
        let hint = nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
        let shown = slug.utf8.count > CatalogLimits.slugBytes ? "The model" : "The model \(slug)"
        throw APIError(.notFound, "\(shown) is not in the catalogue.\(hint) GET /api/v1/models lists every model.")
    }
}

extension JSONWriter {
    /// A member that is always there, be it null.
    mutating func nullable(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// A member that is always there, be it null.
    mutating func nullable(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// A member that is always there, be it null: an amount of nano-dollars as plain dollars.
    mutating func nullable(_ name: StaticString, nanos: Int64?) {
        key(name)
        if let nanos { decimal(nanos: nanos) } else { null() }
    }

    /// A member that is always there, be it null: JSON text as it is.
    mutating func nullable(_ name: StaticString, json text: String?) {
        key(name)
        if let text { raw(text.utf8Span.span) } else { null() }
    }

    mutating func strings(_ values: [String]) {
        array { json in
            for value in values { json.string(value) }
        }
    }
}
