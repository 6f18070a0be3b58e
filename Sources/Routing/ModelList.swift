package import Catalog

/// The models a request may be answered by, in the caller's order: one nearly always, so one costs no allocation.
package struct ModelList: Sendable {
    package let first: Model
    package let rest: [Model]

    package init(_ first: Model, _ rest: [Model] = []) {
        self.first = first
        self.rest = rest
    }

    package var count: Int { 1 + rest.count }
    package subscript(_ index: Int) -> Model { index == 0 ? first : rest[index - 1] }
}
