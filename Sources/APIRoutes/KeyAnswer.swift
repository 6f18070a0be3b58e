package import Access
import Accounting
package import Buffers
import JSONText
import Telemetry

/// The answers of `/keys` and `/key`: pure functions, in the shapes that the official client demands.
///
/// Beside the documented members a key shows what this server adds: the class, the lists, the rates, and whether it
/// stands in the configuration.
package enum KeyAnswer {
    /// A key made, with its plain text: the only answer that ever holds it.
    package static func created(
        _ principal: Principal, _ key: APIKeyText, atMs unixMs: Int64, into out: inout ByteBuffer
    ) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { members(of: principal, unixMs, &$0) }
                json.member("key", key.secret)
            }
        }
    }

    package static func one(_ principal: Principal, atMs unixMs: Int64, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { members(of: principal, unixMs, &$0) }
            }
        }
    }

    package static func list(_ principals: some Sequence<Principal>, atMs unixMs: Int64, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for principal in principals { json.object { members(of: principal, unixMs, &$0) } }
                }
            }
        }
    }

    package static func deleted(into out: inout ByteBuffer) {
        out.append("{\"deleted\":true}")
    }

    // MARK: /keys

    private static func members(of principal: Principal, _ unixMs: Int64, _ json: inout JSONWriter) {
        let key = principal.key
        json.member("hash", key.hash.description)
        json.member("name", key.name)
        json.member("label", key.label)
        json.member("disabled", key.isDisabled)
        limits(of: principal, unixMs, &json)
        usage(of: principal, unixMs, &json)
        json.member("created_at", UTCTime.text(ms: key.createdAtMs))
        json.nullable("updated_at", key.updatedAtMs.map { UTCTime.text(ms: $0) })
        json.nullable("last_used_at", principal.rates.lastUsedAtMs.map { UTCTime.text(ms: $0) })
        json.nullable("expires_at", key.expiresAtMs.map { UTCTime.text(ms: $0) })
        json.nullable("creator_user_id", key.creatorUserID)
        json.nullable("external_user", key.externalUser)
        json.member("workspace_id", key.workspaceID)
        json.member("is_management_key", key.keyClass == .management)
        json.member("is_fixed", key.isFixed)
        list("allowed_models", key.allowedModels?.names, &json)
        list("allowed_providers", key.allowedProviders?.names, &json)
        list("allowed_ips", key.allowedIPs?.map(\.description), &json)
        json.nullable("requests_per_minute", key.requestsPerMinute)
        json.nullable("tokens_per_minute", key.tokensPerMinute)
    }

    private static func limits(of principal: Principal, _ unixMs: Int64, _ json: inout JSONWriter) {
        let key = principal.key
        amount("limit", key.limit, &json)
        amount("limit_remaining", remaining(of: principal, unixMs), &json)
        json.nullable("limit_reset", key.limitReset == .lifetime ? nil : key.limitReset.name)
        json.member("include_byok_in_limit", key.includesBYOKInLimit)
    }

    /// What is left of the key's own limit; nothing is less than none.
    private static func remaining(of principal: Principal, _ unixMs: Int64) -> Credits? {
        guard let limit = principal.key.limit else { return nil }
        return max(.zero, limit - principal.budgets.key.spent(atMs: unixMs)[principal.key.limitReset])
    }

    private static func usage(of principal: Principal, _ unixMs: Int64, _ json: inout JSONWriter) {
        let spent = principal.charged(atMs: unixMs)
        json.member("usage", nanos: spent.lifetime.nanos)
        json.member("usage_daily", nanos: spent.daily.nanos)
        json.member("usage_weekly", nanos: spent.weekly.nanos)
        json.member("usage_monthly", nanos: spent.monthly.nanos)
        let direct = principal.budgets.direct.spent(atMs: unixMs)
        json.member("byok_usage", nanos: direct.lifetime.nanos)
        json.member("byok_usage_daily", nanos: direct.daily.nanos)
        json.member("byok_usage_weekly", nanos: direct.weekly.nanos)
        json.member("byok_usage_monthly", nanos: direct.monthly.nanos)
    }

    private static func amount(_ name: StaticString, _ value: Credits?, _ json: inout JSONWriter) {
        if let value { json.member(name, nanos: value.nanos) } else { json.memberNull(name) }
    }

    private static func list(_ name: StaticString, _ values: [String]?, _ json: inout JSONWriter) {
        json.key(name)
        if let values { json.strings(values) } else { json.null() }
    }

    // MARK: /key

    /// What a caller may know of the key that it sent.
    package static func current(
        _ principal: Principal, _ freeVariants: FreeVariantUse, atMs unixMs: Int64, into out: inout ByteBuffer
    ) {
        let key = principal.key
        let budgets = budgets(of: principal, unixMs)
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in
                    json.member("label", key.label)
                    limits(of: principal, unixMs, &json)
                    usage(of: principal, unixMs, &json)
                    json.member("is_free_tier", freeVariants.isFreeTier)
                    json.member("is_management_key", key.keyClass == .management)
                    json.member("is_provisioning_key", key.keyClass == .management)
                    json.nullable("creator_user_id", key.creatorUserID)
                    json.memberNull("organization_id")
                    json.member("workspace_id", key.workspaceID)
                    json.nullable("expires_at", key.expiresAtMs.map { UTCTime.text(ms: $0) })
                    json.memberArray("allowed_data_regions") { $0.string("global") }
                    json.memberArray("budgets") { json in
                        for budget in budgets { write(budget, key, unixMs, &json) }
                    }
                    json.key("effective_budget")
                    if let least = budgets.min(by: { $0.remaining < $1.remaining }) {
                        write(least, key, unixMs, &json)
                    } else {
                        json.null()
                    }
                    json.memberObject("free_model_daily_requests") { free(freeVariants, unixMs, &$0) }
                    json.memberObject("rate_limit") { rate(key, &$0) }
                }
            }
        }
    }

    /// One limit that a key is under.
    private struct LimitView {
        let scope: StaticString
        let interval: LimitInterval
        let limit: Credits
        let spent: Credits
        var remaining: Credits { limit - spent }
    }

    /// In the order in which they are checked.
    private static func budgets(of principal: Principal, _ unixMs: Int64) -> [LimitView] {
        let workspace = principal.budgets.workspace
        let key = principal.budgets.key
        return views("workspace", workspace, unixMs) + views("key_limit", key, unixMs)
    }

    private static func views(_ scope: StaticString, _ budget: Budget, _ unixMs: Int64) -> [LimitView] {
        let limits = budget.limits
        let spent = budget.spent(atMs: unixMs)
        return LimitInterval.allCases.compactMap { interval in
            limits[interval].map {
                LimitView(scope: scope, interval: interval, limit: $0, spent: spent[interval])
            }
        }
    }

    private static func write(_ view: LimitView, _ key: APIKeyRecord, _ unixMs: Int64, _ json: inout JSONWriter) {
        json.object { json in
            json.member("scope", "\(view.scope)")
            json.member("limit_usd", nanos: view.limit.nanos)
            json.member("spend_usd", nanos: view.spent.nanos)
            json.member("remaining_usd", nanos: max(.zero, view.remaining).nanos)
            json.nullable("reset_interval", view.interval == .lifetime ? nil : view.interval.name)
            json.nullable("resets_at", view.interval.end(containing: unixMs).map { UTCTime.text(ms: $0) })
            json.member("include_byok", key.includesBYOKInLimit)
            json.memberNull("guardrail_id")
            json.memberNull("budget_id")
        }
    }

    /// -1 stands for no limit, as it does in `rate_limit`.
    private static func free(_ use: FreeVariantUse, _ unixMs: Int64, _ json: inout JSONWriter) {
        let used = use.usedToday(atMs: unixMs)
        json.member("limit", use.dailyLimit ?? -1)
        json.member("used", used)
        json.member("remaining", use.dailyLimit.map { max(0, $0 - used) } ?? -1)
    }

    private static func rate(_ key: APIKeyRecord, _ json: inout JSONWriter) {
        json.member("requests", key.requestsPerMinute ?? -1)
        json.member("interval", "1m")
        json.member(
            "note", "Requests per minute of this key; -1 for no limit. This field is deprecated and safe to ignore.")
    }
}
