package import Accounting
package import Completions

/// Whether a principal may do what it asks for now: pure rules, and the sentences that callers read.
package enum KeyAdmission {
    /// Refuses a key that is disabled, expired, or used from an address that it is not meant for.
    ///
    /// - Parameter address: the caller's, asked for only when the key is tied to addresses; nil when it is not known.
    /// - Throws: 401 for a disabled or expired key, 403 for an address.
    package static func checkUse(
        of principal: Principal, from address: () -> IPAddress?, atMs unixMs: Int64
    ) throws(APIError) {
        if !principal.isConditional { return }
        let key = principal.key
        if key.isDisabled { throw APIError(.authentication, "This API key is disabled.") }
        if key.isExpired(atMs: unixMs) {
            throw APIError(.authentication, "This API key has expired. Make a new one and use that.")
        }
        guard let networks = key.allowedIPs else { return }
        if let address = address(), networks.contains(where: { $0.contains(address) }) { return }
        throw APIError(
            .permissionDenied,
            "This API key may not be used from this address. Send the request from an address in the key's allowed_ips, "
                + "or have the list changed.")
    }

    /// Refuses what is no key for inference, has used up a limit, or comes too fast; counts the request otherwise.
    ///
    /// What is held for requests under way does not count as used up here: whether another fits beside them is for the
    /// hold to say.
    ///
    /// - Throws: 403 for a management key and for a limit of the key or its workspace, 402 for an account that owes, 429
    ///   for a rate. An account with nothing left may go on with what costs nothing, which only the hold knows.
    package static func admitInference(_ principal: Principal, atMs unixMs: Int64) throws(APIError) {
        if principal.keyClass != .inference {
            throw APIError(
                .permissionDenied, "Management keys cannot run completions. Use an inference key for this request.")
        }
        if principal.budgets.hasLimit { try checkLimits(of: principal.budgets, atMs: unixMs) }
        if case .refused(let refusal) = principal.rates.admit(atMs: unixMs) {
            throw APIError(refusal, atMs: unixMs)
        }
        principal.rates.noteUse(atMs: unixMs)
    }

    /// Refuses what is no management key.
    ///
    /// - Throws: 403 in the documented words.
    package static func checkManagement(_ principal: Principal) throws(APIError) {
        if principal.keyClass == .management { return }
        throw APIError(
            .permissionDenied,
            "Only management keys can perform this operation. An inference key was sent; use a management key.")
    }

    /// Counts a request for a free variant.
    ///
    /// - Throws: 429.
    package static func admitFreeVariant(_ use: FreeVariantUse, atMs unixMs: Int64) throws(APIError) {
        guard case .refused(let refusal) = use.admit(atMs: unixMs) else { return }
        throw APIError(refusal, atMs: unixMs, freeVariants: use)
    }

    // MARK: Limits

    private static func checkLimits(of budgets: BudgetChain, atMs unixMs: Int64) throws(APIError) {
        if let (interval, limit) = budgets.workspace.usedUp(atMs: unixMs) {
            throw APIError(
                .permissionDenied,
                "Workspace \(interval.name) budget of $\(limit) exceeded. \(remedy(interval, unixMs, "Raise the budget"))"
            )
        }
        if let (interval, limit) = budgets.key.usedUp(atMs: unixMs) {
            let kind = interval == .lifetime ? "total" : interval.name
            throw APIError(
                .permissionDenied,
                "Key limit exceeded (\(kind) limit). This API key may spend $\(limit) and has. "
                    + remedy(interval, unixMs, "Raise its limit with a management key (PATCH /api/v1/keys/{hash})"))
        }
        if budgets.account.usedUp(atMs: unixMs, beyondBy: Credits(nanos: 1)) != nil { throw insufficientCredits }
    }

    /// An account that has used up its credits.
    package static let insufficientCredits = APIError(
        .paymentRequired,
        "Insufficient credits. Have more granted to this account (martlet credits grant), then send the request again.")

    private static func remedy(_ interval: LimitInterval, _ unixMs: Int64, _ way: String) -> String {
        guard let end = interval.end(containing: unixMs) else { return "\(way), or use another key." }
        return "\(way), or wait: it resets in \(duration(ms: end - unixMs))."
    }

    /// Whole seconds, minutes, hours or days, rounded up.
    private static func duration(ms: Int64) -> String {
        for (unit, name) in [(86_400_000, "days"), (3_600_000, "hours"), (60_000, "minutes")] as [(Int64, String)]
        where ms > 2 * unit { return "\((ms + unit - 1) / unit) \(name)" }
        return "\(max(1, (ms + 999) / 1000)) s"
    }
}

extension LimitInterval {
    /// The name in messages and on the wire.
    package var name: String {
        switch self {
        case .lifetime: "lifetime"
        case .monthly: "monthly"
        case .weekly: "weekly"
        case .daily: "daily"
        }
    }
}

extension Budget {
    /// The broadest interval whose limit is spent, and that limit; what is only held is not spent.
    ///
    /// - Parameter excess: by how much more than the limit has to be spent.
    package func usedUp(
        atMs unixMs: Int64, beyondBy excess: Credits = .zero
    ) -> (interval: LimitInterval, limit: Credits)? {
        guard let left = left(atMs: unixMs), left <= .zero else { return nil }
        let limits = limits
        let spent = spent(atMs: unixMs)
        for interval in LimitInterval.allCases {
            if let limit = limits[interval], spent[interval] - limit >= excess { return (interval, limit) }
        }
        return nil
    }
}

extension APIError {
    /// A 429 that says which rate, and when to come back.
    package init(_ refusal: RateRefusal, atMs unixMs: Int64, freeVariants: FreeVariantUse? = nil) {
        let seconds = refusal.secondsLeft(atMs: unixMs)
        let advice =
            switch refusal.rate {
            case .keyRequestsPerMinute:
                "This API key may make \(refusal.limit) requests a minute. Try again in \(seconds) s."
            case .keyTokensPerMinute:
                "This API key may use \(refusal.limit) tokens a minute. Try again in \(seconds) s."
            case .freeModelsPerMinute:
                "Free models take \(refusal.limit) requests a minute. Try again in \(seconds) s."
            case .freeModelsPerDay: Self.unlockAdvice(freeVariants)
            case .freeModelsPerDayHighBalance:
                "Free models take \(refusal.limit) requests a day; the next day begins at 00:00 UTC."
            }
        self.init(.rateLimitExceeded, "Rate limit exceeded: \(refusal.rate.name). \(advice)")
        retryAfter = seconds
        rateLimit = RateLimitNotice(
            limit: refusal.limit, remaining: 0, resetsAtMs: refusal.resetsAtMs, source: refusal.rate.name)
    }

    private static func unlockAdvice(_ use: FreeVariantUse?) -> String {
        let credits = use?.highBalance ?? FreeVariantLimits.standard.highBalance
        let more = use?.perDayWithHighBalance ?? 1000
        return "Add \(credits) credits to unlock \(more) free model requests per day"
    }
}
