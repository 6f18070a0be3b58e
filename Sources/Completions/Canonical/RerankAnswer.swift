package import Accounting

/// Documents in the order of their relevance, in no dialect.
package struct RerankAnswer: Sendable, Equatable {
    package struct Result: Sendable, Equatable {
        /// Which of the request's documents, from 0.
        package var index: Int
        package var relevance: Double

        package init(index: Int, relevance: Double) {
            self.index = index
            self.relevance = relevance
        }
    }

    package var id: String?
    /// The most relevant first.
    package var results: [Result] = []
    /// What providers that count tokens report.
    package var usage: TokenUsage?
    /// What providers that count searches report: a query with up to 100 documents.
    package var searchUnits: Int?

    package init() {}
}
