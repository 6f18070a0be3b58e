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
    /// Conditional overrides of one price sheet.
    package static let overridesMax = 64
    /// Characters of a decimal number in a configuration or an answer.
    package static let decimalBytesMax = 128
}
