/// Every bound of this module.
package enum AccountingLimits {
    /// Decimal places of a price: one unit in the last place is a pico-dollar.
    package static let pricePlaces = 12
    /// Decimal places of an amount of money: one unit in the last place is a nano-dollar.
    package static let creditPlaces = 9
    /// The dearest price that is accepted, in pico-dollars per unit: a million dollars.
    package static let pricePicosMax: Int64 = 1_000_000_000_000_000_000
    /// Counts above this are taken for this: keeps every sum of products inside Int128.
    package static let countMax = 1_000_000_000_000
    /// A report of as many tokens, prompt and completion together, or more is not believed: a thousand times the longest
    /// context. A power of two.
    package static let reportedTokensMax = 1 << 30
    /// The same for searches, and for the units that reranking is billed in. A power of two.
    package static let reportedUnitsMax = 1 << 14
    /// A report that comes to more is not believed, in nano-dollars: a million dollars.
    package static let reportedNanosMax: Int64 = 1_000_000_000_000_000
    /// Reports of fewer tokens may cost what they do: then it is the price that is high.
    package static let largeReportTokens = 1 << 20
    /// Conditional overrides of one price sheet.
    package static let overridesMax = 64
    /// Characters of a decimal number in a configuration or an answer.
    package static let decimalBytesMax = 128
    /// The first and the last moment that limits tell apart, in Unix milliseconds: the years 1 to 9999.
    package static let momentMsMin: Int64 = -62_135_596_800_000
    package static let momentMsMax: Int64 = 253_402_300_799_999
    /// The highest limit, in nano-dollars; no limit is stored as the number above it.
    package static let limitNanosMax = Int64.max - 2
    /// The largest hold: a billion dollars.
    package static let holdNanosMax: Int64 = 1_000_000_000_000_000_000
    /// How often a hold that found no room looks again while other holds are being decided.
    package static let holdRoundsMax = 20_000
    /// After so many of these looks it yields its core each time.
    package static let holdSpinsMax = 100
    /// Prompt tokens that providers' templates add: to every request, per message, and for tools (the largest system
    /// prompt for tools that a provider documents is below 800 tokens).
    package static let templateTokens = 32
    package static let messageTokens = 8
    package static let toolTokens = 1024
    /// Completion tokens that are assumed where neither the caller nor the endpoint names any bound.
    package static let completionTokensUnknown = 131_072
    /// How many times as much or as little as the list price a provider's own figure may be and still be believed. A
    /// request to Perplexity costs up to half as much again as the usual one, by how much of the web it reads.
    package static let reportedCostFactor: Int64 = 10
    /// Up to so many overrides a hold's bound follows each range of prompt lengths; above, it takes the dearest.
    package static let exactOverridesMax = 8
}
