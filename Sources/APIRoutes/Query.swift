/// The parameters of a query string, decoded; of a repeated name the first counts.
package struct Query: QueryParameters, Sendable, Equatable {
    package private(set) var items: [(name: String, value: String)] = []

    package init(_ text: String?) {
        guard let text else { return }
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? Self.decoded(pair[1]) : ""
            items.append((Self.decoded(pair[0]), value))
        }
    }

    package var all: [(name: String, value: String)] { items }

    package subscript(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    private static func decoded(_ text: Substring) -> String {
        percentDecoded(String(text.map { $0 == "+" ? " " : $0 }))
    }

    package static func == (left: Query, right: Query) -> Bool {
        left.items.elementsEqual(right.items) { $0.name == $1.name && $0.value == $1.value }
    }
}
