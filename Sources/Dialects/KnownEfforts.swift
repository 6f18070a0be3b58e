package import Completions

/// The efforts of thinking that a model knows: another one becomes the nearest of them. Source: openrouter spec 4.3.
package struct KnownEfforts: Sendable, Equatable {
    private static let order: [ReasoningPreferences.Effort] = [.minimal, .low, .medium, .high, .xhigh, .max]

    /// A bit for each of `order`; 0 where it is not known which there are.
    private var bits: UInt8 = 0

    /// - Parameter efforts: nil where they are not known.
    package init(_ efforts: [ReasoningPreferences.Effort]? = nil) {
        for (index, effort) in Self.order.enumerated() where efforts?.contains(effort) == true { bits |= 1 << index }
    }

    package var isKnown: Bool { bits != 0 }

    package func contains(_ effort: ReasoningPreferences.Effort) -> Bool {
        Self.order.firstIndex(of: effort).map { bits & 1 << $0 != 0 } ?? false
    }

    /// The least of them; `low` where they are not known.
    package var least: ReasoningPreferences.Effort { isKnown ? Self.order[bits.trailingZeroBitCount] : .low }

    /// The effort itself where it is known or nothing is, else the next one below, else the least. `none` is no effort
    /// and stays.
    package func nearest(to effort: ReasoningPreferences.Effort) -> ReasoningPreferences.Effort {
        guard isKnown, let wanted = Self.order.firstIndex(of: effort) else { return effort }
        let below = bits & (UInt8(2) << wanted &- 1)
        return below == 0 ? least : Self.order[UInt8.bitWidth - 1 - below.leadingZeroBitCount]
    }
}
