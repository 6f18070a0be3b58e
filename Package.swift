// swift-tools-version: 6.2
// The house plan of ARCHITECTURE.md as targets: imports only go down this list, and the build checks it
// (`swift build --explicit-target-dependency-import-check error`).
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]
let safe = strict + [.strictMemorySafety()]
/// For the ledger and its proof, and for simulations, which are millions of steps: eight times faster, also under a
/// sanitizer.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A target in memory-safe Swift: the default.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: safe + more)
}

/// A target that faces C: unsafe calls are its purpose, so they are not marked one by one.
///
/// Three face no library but memory that somebody else owns, which is C's way too. `HTTPServer` lets the loop read into
/// its buffers and hands out ranges of them, so that a body is never copied; `Gateway` sends those ranges upstream and
/// relays what comes back from where it lies; `Persistence` formats rows in place and wakes the tasks of loops from the
/// thread that writes.
func bridge(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict + more)
}

func system(_ name: String, _ pkgConfig: String, _ apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let systemLibraries: [Target] = [
    system("CUV", "libuv", "libuv1-dev"),
    system("CAres", "libcares", "libc-ares-dev"),
    system("COpenSSL", "openssl", "libssl-dev"),
    system("CSQLite", "sqlite3", "libsqlite3-dev"),
    system("CSodium", "libsodium", "libsodium-dev"),
    system("CYAML", "yaml-0.1", "libyaml-dev"),
    system("CZlib", "zlib", "zlib1g-dev"),
    .target(name: "CCatalogue"),
    .target(name: "CRuntime"),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
]

let base: [Target] = [
    bridge("Buffers"),
    bridge("Cryptography", ["Buffers", "CSodium"]),
    module("Telemetry", ["Buffers"]),
]

let formats: [Target] = [
    module("HTTPWire", ["Buffers"]),
    module("EventStreams", ["Buffers"]),
    bridge("JSONText", ["Buffers", "CSimdJSON"]),
]

let transport: [Target] = [
    bridge("Reactor", ["Buffers", "CUV", "CAres", "CRuntime"]),
    bridge("TransportSecurity", ["Buffers", "Reactor", "COpenSSL"]),
    bridge("HTTPClient", ["Buffers", "Reactor", "TransportSecurity", "HTTPWire", "CZlib"]),
    bridge("HTTPServer", ["Buffers", "Reactor", "TransportSecurity", "HTTPWire"]),
    bridge("Database", ["Buffers", "CSQLite"]),
]

let domain: [Target] = [
    module("Accounting", ["Buffers"], optimized),
    module("Completions", ["Accounting"]),
    module("Catalog", ["Accounting", "Completions"]),
    module("Access", ["Accounting", "Buffers", "Completions", "Cryptography"]),
]

let policy: [Target] = [
    module("Activity", ["Access", "Accounting", "Buffers", "Completions", "Cryptography"]),
    module("Providers", ["Buffers", "Catalog", "Completions", "Cryptography", "JSONText"]),
    module("Routing", ["Accounting", "Catalog", "Completions", "Providers"], optimized),
    module("Simulation", ["Accounting", "Catalog", "Completions", "Providers", "Routing"], optimized),
    module("Dialects", ["Accounting", "Buffers", "Catalog", "Completions", "JSONText"]),
]

let way: [Target] = [
    bridge(
        "Persistence",
        ["Access", "Accounting", "Activity", "Buffers", "Completions", "Cryptography", "Database"]),
    bridge(
        "Gateway",
        [
            "Access", "Accounting", "Activity", "Buffers", "Catalog", "Completions", "Dialects", "EventStreams",
            "HTTPClient", "HTTPServer", "HTTPWire", "JSONText", "Providers", "Reactor", "Routing", "Telemetry",
            "TransportSecurity",
        ]),
]

let surfaces: [Target] = [
    module("WebPages", ["Buffers", "Catalog", "Completions"]),
    module(
        "APIRoutes",
        [
            "Access", "Accounting", "Activity", "Buffers", "Catalog", "Completions", "Dialects", "Gateway",
            "HTTPServer", "HTTPWire", "JSONText", "Reactor", "Routing", "Telemetry", "WebPages",
        ]),
]

let programs: [Target] = [
    module("CatalogueImport", ["Accounting", "JSONText"]),
    bridge(
        "Configuration",
        [
            "Access", "Accounting", "Buffers", "Catalog", "CCatalogue", "Completions", "CYAML", "Dialects", "JSONText",
            "Providers", "Routing", "Simulation", "Telemetry", "TransportSecurity",
        ]),
    module("LitellmImport", ["Catalog", "CatalogueImport", "Configuration", "Routing"]),
    bridge(
        "MartletServer",
        [
            "Access", "Accounting", "Activity", "APIRoutes", "Buffers", "Catalog", "Configuration", "CRuntime",
            "Cryptography", "Database", "Gateway", "HTTPClient", "HTTPServer", "JSONText", "Persistence", "Providers",
            "Reactor",
            "Routing", "Telemetry", "TransportSecurity",
        ]),
    bridge(
        "MartletCLI",
        [
            "Accounting", "Buffers", "Catalog", "CatalogueImport", "Configuration", "EventStreams", "Gateway",
            "HTTPClient", "HTTPWire", "JSONText",
            "LitellmImport", "MartletServer", "Providers", "Reactor", "Simulation", "Telemetry", "TransportSecurity",
        ]),
    program("martlet", ["MartletCLI"]),
    program("UpstreamSimulator", ["Buffers", "HTTPWire", "JSONText", "Reactor"]),
    bridge("TestSupport", ["Buffers"]),
]

let unitTests: [Target] = [
    tests("Buffers"),
    tests("Cryptography", ["Buffers", "TestSupport"]),
    tests("Telemetry", ["Buffers", "TestSupport"]),
    tests("HTTPWire", ["Buffers", "TestSupport"]),
    tests("EventStreams", ["Buffers", "JSONText", "TestSupport"]),
    tests("JSONText", ["Buffers", "TestSupport"]),
    tests("Reactor", ["Buffers", "TestSupport"]),
    tests("TransportSecurity", ["Buffers", "Reactor", "TestSupport"]),
    tests("HTTPClient", ["Buffers", "HTTPServer", "HTTPWire", "Reactor", "TransportSecurity", "TestSupport"]),
    tests("HTTPServer", ["Buffers", "HTTPWire", "Reactor", "TransportSecurity", "TestSupport"]),
    tests("Database", ["Buffers", "TestSupport"]),
    tests("Accounting", ["Buffers", "TestSupport"], optimized),
    tests("Catalog", ["Accounting", "Completions", "TestSupport"]),
    tests("Access", ["Accounting", "Buffers", "Completions", "Cryptography", "TestSupport"]),
    tests("Completions"),
    tests("Activity", ["Access", "Accounting", "Buffers", "Completions", "Cryptography", "TestSupport"]),
    tests("Routing", ["Accounting", "Catalog", "Completions", "JSONText", "Providers", "TestSupport"]),
    tests("Simulation", ["Accounting"]),
    tests("Providers", ["Accounting", "Buffers", "Catalog", "Completions", "Cryptography", "JSONText", "TestSupport"]),
    tests(
        "Dialects",
        ["Accounting", "Buffers", "Catalog", "Completions", "EventStreams", "JSONText", "Providers", "TestSupport"]),
    tests(
        "Persistence",
        [
            "Access", "Accounting", "Activity", "Buffers", "CSQLite", "Completions", "Cryptography", "Database",
            "TestSupport",
        ]),
    tests(
        "Gateway",
        [
            "Access", "Accounting", "Activity", "Buffers", "Catalog", "Completions", "Dialects", "HTTPClient",
            "HTTPServer", "HTTPWire", "JSONText", "Providers", "Reactor", "Routing", "Telemetry", "TestSupport",
        ]),
    tests("WebPages", ["Buffers", "Catalog", "Completions", "Cryptography"]),
    tests(
        "APIRoutes",
        [
            "Access", "Accounting", "Activity", "Buffers", "Catalog", "Completions", "HTTPWire", "JSONText",
            "Telemetry", "TestSupport",
        ]),
    tests(
        "Configuration",
        ["Access", "Accounting", "Catalog", "Completions", "Dialects", "Simulation", "Telemetry", "TestSupport"]),
    tests("CatalogueImport", ["CCatalogue"]),
    tests("LitellmImport", ["Catalog", "CatalogueImport", "Configuration"]),
    tests("MartletCLI", ["Buffers", "Catalog", "Configuration", "JSONText", "TestSupport"]),
    tests("TestSupport", ["Buffers"]),
]

/// All tests, or those of the modules that MARTLET_TESTS names, as `Reactor,Gateway`: a build under ThreadSanitizer takes
/// minutes less without those that run nothing concurrently.
let wantedTests = Context.environment["MARTLET_TESTS"]?.split(separator: ",").map { "\($0)Tests" }
let chosenTests = unitTests.filter { wantedTests?.contains($0.name) ?? true }

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "UpstreamSimulator", targets: ["UpstreamSimulator"]),
    ],
    targets: systemLibraries + base + formats + transport + domain + policy + way + surfaces + programs + chosenTests,
    cxxLanguageStandard: .cxx17
)
