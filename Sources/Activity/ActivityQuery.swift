package import Access
package import Accounting

/// A question for sums of generations by day.
package struct ActivityQuery: Hashable, Sendable {
    /// The days wanted, in UTC and counted from 1 January 1970.
    package var days: Range<Int>
    /// Only what was used by these keys; nil for all of them.
    package var apiKeys: [APIKeyHash]?
    /// Only what was used in this workspace.
    package var workspaceID: String?
    /// Whether workspaces are summed apart; otherwise the rows name none.
    package var isByWorkspace: Bool

    package init(
        days: Range<Int>, apiKeys: [APIKeyHash]? = nil, workspaceID: String? = nil, isByWorkspace: Bool = false
    ) {
        self.days = days
        self.apiKeys = apiKeys
        self.workspaceID = workspaceID
        self.isByWorkspace = isByWorkspace
    }

    /// The days that were over at a moment: today is none of them.
    package static func completedDays(_ count: Int, beforeMs unixMs: Int64) -> Range<Int> {
        let today = day(ofMs: unixMs)
        return today - count..<today
    }

    /// The day that holds a moment.
    package static func day(ofMs unixMs: Int64) -> Int {
        let quotient = unixMs / msPerDay
        return Int(unixMs % msPerDay < 0 ? quotient - 1 : quotient)
    }

    /// The beginning of a day.
    package static func startMs(ofDay day: Int) -> Int64 { Int64(day) * msPerDay }

    private static let msPerDay: Int64 = 86_400_000
}

/// What was used of one endpoint on one day. Only generations that were charged count, be it nothing.
package struct ActivityRow: Hashable, Sendable {
    /// The day in UTC, counted from 1 January 1970.
    package var day: Int
    package var model: String
    package var endpointID: String
    /// The provider's display name.
    package var provider: String
    /// Nil where the query does not ask for workspaces apart.
    package var workspaceID: String?
    package var requests = 0
    package var promptTokens = 0
    /// Reasoning included.
    package var completionTokens = 0
    package var reasoningTokens = 0
    package var cachedTokens = 0
    package var usage = Credits.zero
    /// What providers took from callers themselves, for requests with keys of their own.
    package var direct = Credits.zero

    package init(day: Int, model: String, endpointID: String, provider: String, workspaceID: String? = nil) {
        self.day = day
        self.model = model
        self.endpointID = endpointID
        self.provider = provider
        self.workspaceID = workspaceID
    }
}

/// Reads sums of generations. Each loop has one of its own.
package protocol ActivityReading: AnyObject {
    /// The rows of a question, newest day first, then by model and endpoint.
    func activity(_ query: ActivityQuery) async throws(GenerationReadError) -> [ActivityRow]
}
