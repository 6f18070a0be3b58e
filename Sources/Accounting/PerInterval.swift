/// A value for the period of each kind.
package struct PerInterval<Value> {
    package var lifetime: Value
    package var monthly: Value
    package var weekly: Value
    package var daily: Value

    package init(lifetime: Value, monthly: Value, weekly: Value, daily: Value) {
        self.lifetime = lifetime
        self.monthly = monthly
        self.weekly = weekly
        self.daily = daily
    }

    package subscript(_ interval: LimitInterval) -> Value {
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

extension PerInterval: Equatable where Value: Equatable {}
extension PerInterval: Hashable where Value: Hashable {}
extension PerInterval: Sendable where Value: Sendable {}

/// The most that a budget may spend in a period of each kind; nil is no limit.
package typealias BudgetLimits = PerInterval<Credits?>

extension PerInterval<Credits?> {
    package static let none = BudgetLimits()

    package init(lifetime: Credits? = nil, monthly: Credits? = nil, weekly: Credits? = nil, daily: Credits? = nil) {
        self.lifetime = lifetime
        self.monthly = monthly
        self.weekly = weekly
        self.daily = daily
    }
}

/// What was charged in the periods that contain a moment; negative where more was refunded than charged.
package typealias SpentAmounts = PerInterval<Credits>

extension PerInterval<Credits> {
    package static let zero = SpentAmounts(lifetime: .zero, monthly: .zero, weekly: .zero, daily: .zero)

    package static func += (left: inout SpentAmounts, right: SpentAmounts) {
        for interval in LimitInterval.allCases { left[interval] += right[interval] }
    }

    package static func -= (left: inout SpentAmounts, right: SpentAmounts) {
        for interval in LimitInterval.allCases { left[interval] -= right[interval] }
    }
}
