package import Access
package import Accounting
package import Catalog
package import Dialects
package import Routing
package import Telemetry

/// Everything an operator can set, checked and complete: what `martlet.yaml`, the environment and the defaults say
/// together.
package struct Configuration: Sendable {
    package enum Durability: String, CaseIterable, Sendable {
        /// A record survives the end of the process.
        case process
        /// A record survives a power cut.
        case fsync
    }

    package enum Billing: String, CaseIterable, Sendable {
        /// Cost is recorded; no balance is needed.
        case metered
        /// Without credits there is no service.
        case prepaid
    }

    /// An API key that is written in the configuration.
    package struct FixedKey: Sendable, Equatable {
        package let key: Secret
        package let name: String
        package var isManagement = false
        package var limit: Credits?
        package var limitReset = LimitInterval.lifetime
        /// Milliseconds since 1970.
        package var expiresAtMs: Int64?
        package var allowedModels: NameList?
        package var allowedProviders: NameList?
        package var allowedIPs: [IPNetwork]?
        package var requestsPerMinute: Int?
        package var tokensPerMinute: Int?

        package init(key: Secret, name: String) {
            self.key = key
            self.name = name
        }
    }

    package struct TLSFiles: Sendable, Equatable {
        package let certificate: String
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Waits, in milliseconds.
    package struct Timeouts: Sendable, Equatable {
        package var requestHeadMs: UInt64 = 10_000
        package var requestBodyMs: UInt64 = 60_000
        package var keepAliveMs: UInt64 = 75_000
        package var connectMs: UInt64 = 5_000
        package var firstByteMs: UInt64 = 300_000
        package var idleMs: UInt64 = 300_000
        package var totalMs: UInt64 = 1_800_000
        /// Between comments that keep a waiting stream alive.
        package var commentMs: UInt64 = 10_000
    }

    package struct Limits: Sendable, Equatable {
        package var bodyBytes = 64 << 20
        package var headBytes = 32 << 10
        package var connections = 10_000
        /// All bodies and buffers in flight.
        package var memoryBytes: Int
    }

    /// How long generations are kept; the ledger is kept for ever.
    package struct Records: Sendable, Equatable {
        /// In milliseconds; nil for ever.
        package var keepMs: Int64? = 30 * 86_400_000
        /// Of the whole database; nil without a bound.
        package var bytesMax: Int64? = 10_000_000_000
    }

    /// Callers' own keys at providers (`byok`).
    package struct OwnKeys: Sendable, Equatable {
        /// What is charged for a request that such a key pays for.
        package var fee = FeeShare.none
        /// What they are sealed with in the store; nil to take the environment's, or the data directory's.
        package var secretKey: Secret?
    }

    package var listen = ListenAddress.standard
    package var dataDirectory = "./data"
    /// Event loops; nil for one per usable core.
    package var workers: Int?
    package var billing = Billing.metered
    /// What all keys together may spend.
    package var budgets = BudgetLimits.none
    package var keys: [FixedKey] = []
    /// Whose word about a caller's address is taken.
    package var trustedProxies: [IPNetwork] = []
    /// What the account may do with models that cost nothing.
    package var freeVariants = FreeVariantLimits.standard
    package var timeouts = Timeouts()
    package var limits: Limits
    package var fetchImages = MediaFetchSettings()
    package var ownKeys = OwnKeys()
    package var durability = Durability.process
    /// `routing: {algorithm}`.
    package var algorithm = RoutingAlgorithm.default
    package var records = Records()
    package var tls: TLSFiles?
    package var logLevel = LogLevel.info
    package var logFormat = LogFormat.json
    /// From the signal to the end, in milliseconds.
    package var drainMs: UInt64 = 25_000
    /// For how long of it connections are still accepted, in milliseconds.
    package var drainDelayMs: UInt64 = 5_000
    package var presets = PresetTable()
    /// The providers that are switched on, their models, and the default model.
    package var catalog: ModelCatalog
    /// Remarks that are no errors, for `martlet doctor` and the log.
    package var notes: [ConfigurationProblem] = []
    /// The file the configuration came from, as in messages; nil without one.
    package var file: String?
}
