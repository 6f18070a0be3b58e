package import Catalog

/// A model that a request may be answered by, and how its slug asked for it to be routed.
package struct ResolvedModel: Sendable {
    package let model: Model
    package let variant: ModelVariant

    package init(_ model: Model, _ variant: ModelVariant = []) {
        self.model = model
        self.variant = variant
    }
}

/// The models a request may be answered by, in the caller's order: one nearly always, so one costs no allocation.
package struct ModelList: Sendable {
    package let first: ResolvedModel
    package let rest: [ResolvedModel]
    /// How the list came about; shown in `openrouter_metadata.strategy`.
    package var strategy: RouteStrategy

    package init(_ first: ResolvedModel, _ rest: [ResolvedModel] = [], strategy: RouteStrategy = .direct) {
        self.first = first
        self.rest = rest
        self.strategy = strategy
    }

    package init(_ first: Model, _ rest: [Model] = []) {
        self.init(ResolvedModel(first), rest.map { ResolvedModel($0) })
    }

    package var count: Int { 1 + rest.count }
    package subscript(_ index: Int) -> ResolvedModel { index == 0 ? first : rest[index - 1] }

    var all: [ResolvedModel] { [first] + rest }

    /// Whether a model and the next one both stand for the free router, which draws among its models.
    func staysFree(behind index: Int) -> Bool {
        index < rest.count && self[index].variant.contains(.unpriced) && self[index + 1].variant.contains(.unpriced)
    }
}

/// How the request came to its models. The raw values stand in stored decisions. Source: spec 4.4 and 15.
package enum RouteStrategy: UInt8, Sendable, CaseIterable {
    case direct, alias, latest, fallback, free

    package var name: StaticString {
        switch self {
        case .direct: "direct"
        case .alias: "alias"
        case .latest: "latest"
        case .fallback: "fallback"
        case .free: "free"
        }
    }
}
