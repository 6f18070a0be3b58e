/// What was charged in the periods that contain a moment; negative where more was refunded than charged.
package struct SpentAmounts: Hashable, Sendable {
    package var lifetime: Credits
    package var monthly: Credits
    package var weekly: Credits
    package var daily: Credits

    package static let zero = SpentAmounts(lifetime: .zero, monthly: .zero, weekly: .zero, daily: .zero)

    package init(lifetime: Credits, monthly: Credits, weekly: Credits, daily: Credits) {
        self.lifetime = lifetime
        self.monthly = monthly
        self.weekly = weekly
        self.daily = daily
    }

    package subscript(_ interval: LimitInterval) -> Credits {
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
