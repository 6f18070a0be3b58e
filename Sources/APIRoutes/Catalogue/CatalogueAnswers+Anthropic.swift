package import Buffers
import Catalog
package import Completions
import Dialects

/// The models as clients of Anthropic list them. Source: openrouter spec 17.1.
extension CatalogueAnswers {
    /// `GET /models` with the field `anthropic-version`: the usual filters and order, pages by `limit`, `after_id` and
    /// `before_id`.
    package static func anthropicModels(
        _ view: CatalogueView, _ query: some QueryParameters, into out: inout ByteBuffer
    ) throws(APIError) {
        let filter = try CatalogueFilter(query, view)
        var rows = view.rows.filter { filter.admits($0) }
        if let sort = try query.choice("sort", CatalogueSort.self) { rows = sort.sorted(rows, view) }
        let limit = try query.whole("limit", atLeast: 1) ?? rows.count
        if let after = query.text("after_id") {
            let place = try place(of: after, "after_id", rows)
            let rest = rows[(place + 1)...]
            AnthropicModelList.write(rest.prefix(limit).map(\.entry), hasMore: rest.count > limit, into: &out)
        } else if let before = query.text("before_id") {
            let rest = rows[..<(try place(of: before, "before_id", rows))]
            AnthropicModelList.write(rest.suffix(limit).map(\.entry), hasMore: rest.count > limit, into: &out)
        } else {
            AnthropicModelList.write(rows.prefix(limit).map(\.entry), hasMore: rows.count > limit, into: &out)
        }
    }

    /// `GET /models/{id}` with the field `anthropic-version`.
    package static func anthropicModel(
        _ view: CatalogueView, _ id: String, into out: inout ByteBuffer
    ) throws(APIError) {
        AnthropicModelList.write(try find(id, view).entry, into: &out)
    }

    private static func place(of id: String, _ param: String, _ rows: [CatalogueRow]) throws(APIError) -> Int {
        guard let place = rows.firstIndex(where: { $0.listedID == id }) else {
            throw .invalid(param, "'\(param)' names \(id), which is not in this list.")
        }
        return place
    }
}

extension CatalogueRow {
    fileprivate var listedID: String { alias?.slug ?? model.slug }

    fileprivate var entry: AnthropicModelList.Entry {
        AnthropicModelList.Entry(
            id: listedID, displayName: alias?.name ?? model.name, created: model.facts.created,
            contextLength: model.facts.contextLength, maxOutputTokens: model.facts.maxCompletionTokens)
    }
}
