/// What others measured of a model; nil where nobody did.
package struct ModelBenchmarks: Sendable, Equatable {
    /// The indices of Artificial Analysis, from 0 up.
    package var intelligenceIndex: Double?
    package var codingIndex: Double?
    package var agenticIndex: Double?
    /// The share of requests with tools whose calls were well-formed, from 0 to 1.
    package var toolSuccessRate: Double?
    /// The best Elo over the arenas of Design Arena, and where it was reached.
    package var designArena: [DesignArenaScore] = []

    package init() {}
}

/// A place in one arena of Design Arena.
package struct DesignArenaScore: Sendable, Equatable {
    package var arena: String
    package var category: String
    package var elo: Double
    /// From 0 to 1.
    package var winRate: Double
    package var rank: Int

    package init(arena: String, category: String, elo: Double, winRate: Double, rank: Int) {
        self.arena = arena
        self.category = category
        self.elo = elo
        self.winRate = winRate
        self.rank = rank
    }
}
