import Access
import Accounting
import Catalog
import Configuration
import Gateway
import HTTPServer
import HTTPWire
import Persistence

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ServerConfiguration {
    init(_ configuration: Configuration) {
        self.init()
        requestHeadMs = configuration.timeouts.requestHeadMs
        requestBodyMs = configuration.timeouts.requestBodyMs
        keepAliveMs = configuration.timeouts.keepAliveMs
        connections = configuration.limits.connections
        bodyBytes = configuration.limits.bodyBytes
        wire.headBytes = configuration.limits.headBytes
    }
}

extension GatewaySettings {
    init(_ configuration: Configuration) {
        self.init()
        connectMs = configuration.timeouts.connectMs
        firstByteMs = configuration.timeouts.firstByteMs
        idleMs = configuration.timeouts.idleMs
        totalMs = configuration.timeouts.totalMs
        commentMs = configuration.timeouts.commentMs
        bodyBytes = configuration.limits.bodyBytes
        algorithm = configuration.algorithm
        trustedProxies = configuration.trustedProxies
        mediaFetch = configuration.fetchImages
        ownKeyFee = configuration.ownKeys.fee
        presets = configuration.presets
    }
}

extension APIKeyRecord {
    /// A key of the configuration; nil for a text that no key has, which the configuration does not let pass.
    init?(_ key: Configuration.FixedKey, createdAtMs: Int64) {
        guard let text = APIKeyText(key.key.reveal()) else { return nil }
        self.init(
            text, name: key.name, keyClass: key.isManagement ? .management : .inference, createdAtMs: createdAtMs,
            isFixed: true)
        limit = key.limit
        limitReset = key.limitReset
        expiresAtMs = key.expiresAtMs
        allowedModels = key.allowedModels
        allowedProviders = key.allowedProviders
        allowedIPs = key.allowedIPs
        requestsPerMinute = key.requestsPerMinute
        tokensPerMinute = key.tokensPerMinute
    }
}

extension RetentionPolicy {
    init(_ records: Configuration.Records) {
        self.init(keepMs: records.keepMs, bytesMax: records.bytesMax)
    }
}

extension Configuration {
    /// The fixed keys.
    func keyRecords(createdAtMs: Int64) -> [APIKeyRecord] {
        keys.compactMap { APIKeyRecord($0, createdAtMs: createdAtMs) }
    }

    /// The limits of an account that has these credits.
    func accountLimits(_ credits: Credits) -> BudgetLimits {
        billing == .prepaid ? BudgetLimits(lifetime: credits) : .none
    }

    /// What cannot change while the server runs stays as it was at its start.
    ///
    /// - Returns: the keys whose new values wait for a restart.
    mutating func keepFixed(from old: Configuration) -> [String] {
        var waiting: [String] = []
        func keep<Value: Equatable>(_ name: String, _ value: WritableKeyPath<Configuration, Value>) {
            if self[keyPath: value] == old[keyPath: value] { return }
            self[keyPath: value] = old[keyPath: value]
            waiting.append(name)
        }
        keep("listen", \.listen)
        keep("data", \.dataDirectory)
        keep("workers", \.workers)
        keep("durability", \.durability)
        keep("billing", \.billing)
        keep("records", \.records)
        keep("log.format", \.logFormat)
        keep("byok.secret_key", \.ownKeys.secretKey)
        // Other files are read for new connections; a port that speaks TLS or does not goes on so.
        if (tls == nil) != (old.tls == nil) { keep("tls", \.tls) }
        return waiting
    }
}

/// A variable of the environment; nil when unset or empty.
func environmentValue(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}
