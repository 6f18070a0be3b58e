/// The most that a budget may spend in a period of each kind; nil is no limit.
package struct BudgetLimits: Hashable, Sendable {
    package var lifetime: Credits?
    package var monthly: Credits?
    package var weekly: Credits?
    package var daily: Credits?

    package static let none = BudgetLimits()

    package init(lifetime: Credits? = nil, monthly: Credits? = nil, weekly: Credits? = nil, daily: Credits? = nil) {
        self.lifetime = lifetime
        self.monthly = monthly
        self.weekly = weekly
        self.daily = daily
    }

    package subscript(_ interval: LimitInterval) -> Credits? {
        get {
            switch interval {
            case .lifetime: lifetime
            case .monthly: monthly
            case .weekly: weekly
            case .daily: daily
            }
        }
        set {
            switch interval {
            case .lifetime: lifetime = newValue
            case .monthly: monthly = newValue
            case .weekly: weekly = newValue
            case .daily: daily = newValue
            }
        }
    }
}
