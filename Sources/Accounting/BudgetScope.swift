/// Whose money a budget is.
package enum BudgetScope: UInt8, CaseIterable, Sendable {
    case account
    case workspace
    case key
}
