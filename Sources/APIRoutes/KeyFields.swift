package import Access
package import Accounting
package import Completions
package import JSONText
import Telemetry

/// What a request says about a key. A field that is absent is nil; one that is null where null has a meaning is `.some(nil)`.
///
/// Types and ranges are checked strictly; members that nobody knows are passed over, as documented.
package struct KeyFields: Equatable {
    package var name: String?
    package var isDisabled: Bool?
    package var isManagement: Bool?
    package var limit: Credits??
    package var limitReset: LimitInterval?
    package var includesBYOKInLimit: Bool?
    package var expiresAtMs: Int64??
    package var allowedModels: NameList??
    package var allowedProviders: NameList??
    package var allowedIPs: [IPNetwork]??
    package var requestsPerMinute: Int??
    package var tokensPerMinute: Int??
    package var creatorUserID: String??
    package var externalUser: String??
    package var workspaceID: String?

    /// - Throws: 400 that names the field.
    package init(_ root: JSONValue, atMs unixMs: Int64) throws(APIError) {
        guard root.isObject else {
            throw APIError(.invalidRequest, "The request body must be a JSON object, such as {\"name\": \"ci\"}.")
        }
        if let repeated = root.firstRepeatedKey {
            throw .invalid(repeated.key.string, "The member stands in the body twice. Send it once.")
        }
        name = try Self.name(root)
        isDisabled = try root.flag("disabled")
        isManagement = try root.flag("is_management_key")
        limit = try root.field("limit", Self.limit)
        limitReset = try root.field("limit_reset", Self.interval).map { $0 ?? .lifetime }
        includesBYOKInLimit = try root.flag("include_byok_in_limit")
        expiresAtMs = try root.field("expires_at") { value throws(APIError) in try Self.moment(value, after: unixMs) }
        allowedModels = try root.field("allowed_models") { value throws(APIError) in
            try value.names("allowed_models", "openai/gpt-oss-20b or openai/*")
        }
        allowedProviders = try root.field("allowed_providers") { value throws(APIError) in
            try value.names("allowed_providers", "openai")
        }
        allowedIPs = try root.field("allowed_ips", Self.networks)
        requestsPerMinute = try root.field("requests_per_minute") { value throws(APIError) in
            try Self.rate(value, "requests_per_minute")
        }
        tokensPerMinute = try root.field("tokens_per_minute") { value throws(APIError) in
            try Self.rate(value, "tokens_per_minute")
        }
        creatorUserID = try root.field("creator_user_id") { value throws(APIError) in
            try value.foreignName("creator_user_id")
        }
        externalUser = try root.field("external", Self.external)
        workspaceID = try root.workspace()
    }

    /// Whether nothing of a key would change.
    package var isEmpty: Bool {
        name == nil && isDisabled == nil && limit == nil && limitReset == nil && includesBYOKInLimit == nil
            && expiresAtMs == nil && allowedModels == nil && allowedProviders == nil && allowedIPs == nil
            && requestsPerMinute == nil && tokensPerMinute == nil && workspaceID == nil
    }

    /// Puts into a record what was said.
    package func apply(to record: inout APIKeyRecord) {
        if let name { record.name = name }
        if let isDisabled { record.isDisabled = isDisabled }
        if let limit { record.limit = limit }
        if let limitReset { record.limitReset = limitReset }
        if let includesBYOKInLimit { record.includesBYOKInLimit = includesBYOKInLimit }
        if let expiresAtMs { record.expiresAtMs = expiresAtMs }
        if let allowedModels { record.allowedModels = allowedModels }
        if let allowedProviders { record.allowedProviders = allowedProviders }
        if let allowedIPs { record.allowedIPs = allowedIPs }
        if let requestsPerMinute { record.requestsPerMinute = requestsPerMinute }
        if let tokensPerMinute { record.tokensPerMinute = tokensPerMinute }
        if let workspaceID { record.workspaceID = workspaceID }
    }

    /// What can be said only when the key is made.
    package func applyOrigin(to record: inout APIKeyRecord) {
        if let creatorUserID { record.creatorUserID = creatorUserID }
        if let externalUser { record.externalUser = externalUser }
    }

    // MARK: Fields

    private static func name(_ root: JSONValue) throws(APIError) -> String? {
        guard let value = root["name"] else { return nil }
        guard let name = value.string else { throw value.wrongType("name", "a string") }
        guard JSONValue.isName(name), name.utf8.count <= AccessLimits.keyNameBytesMax else {
            throw .invalid(
                "name",
                "'name' must have 1 to \(AccessLimits.keyNameBytesMax) bytes, not all of them blank, and no control "
                    + "characters.")
        }
        return name
    }

    private static func limit(_ value: JSONValue) throws(APIError) -> Credits {
        guard value.isNumber else { throw value.wrongType("limit", "a number of dollars or null") }
        guard let text = value.numberText, let limit = Credits(exactly: text), limit >= .zero else {
            throw .invalid(
                "limit",
                "'limit' must be an amount of dollars from 0 to 9000000000 with at most nine decimals, or null.")
        }
        return limit
    }

    private static func interval(_ value: JSONValue) throws(APIError) -> LimitInterval {
        guard let text = value.string else { throw value.wrongType("limit_reset", "a string or null") }
        switch text {
        case "daily": return .daily
        case "weekly": return .weekly
        case "monthly": return .monthly
        default: throw .invalid("limit_reset", "'limit_reset' must be daily, weekly, monthly or null.")
        }
    }

    private static func moment(_ value: JSONValue, after unixMs: Int64) throws(APIError) -> Int64 {
        guard let text = value.string else { throw value.wrongType("expires_at", "a string or null") }
        guard let moment = UTCTime.moment(text) else {
            throw .invalid(
                "expires_at",
                "'expires_at' must be a UTC time with seconds, such as 2027-01-31T00:00:00Z; other zones and times "
                    + "without seconds are not accepted.")
        }
        guard moment > unixMs else {
            throw .invalid("expires_at", "'expires_at' is in the past. To end a key now, disable or delete it.")
        }
        return moment
    }

    private static func networks(_ value: JSONValue) throws(APIError) -> [IPNetwork] {
        var networks: [IPNetwork] = []
        for text in try value.strings("allowed_ips") {
            guard let network = IPNetwork(text) else {
                let path = "allowed_ips[\(networks.count)]"
                throw .invalid(
                    path,
                    "'\(path)' must be an IP address or a network without bits behind its prefix, such as 192.0.2.7, "
                        + "10.0.0.0/8 or 2001:db8::/32.")
            }
            networks.append(network)
        }
        if networks.isEmpty { throw JSONValue.emptyList("allowed_ips") }
        return networks
    }

    private static func rate(_ value: JSONValue, _ path: String) throws(APIError) -> Int {
        guard value.isNumber else { throw value.wrongType(path, "a whole number or null") }
        guard let number = value.integer, let rate = Int(exactly: number), AccessLimits.perMinute.contains(rate) else {
            let bounds = AccessLimits.perMinute
            throw .invalid(
                path, "'\(path)' must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound), or null.")
        }
        return rate
    }

    private static func external(_ value: JSONValue) throws(APIError) -> String {
        guard value.isObject else { throw value.wrongType("external", "an object") }
        if let key = value["api_key"], !key.isNull {
            throw .invalid(
                "external.api_key",
                "'external.api_key' is not acted on by this server; leave it out. Keys that you choose yourself go into "
                    + "the server's configuration.")
        }
        guard let user = value["user"] else { throw .invalid("external.user", "'external.user' is missing.") }
        return try user.foreignName("external.user")
    }
}
