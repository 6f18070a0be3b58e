/// Top-level members of a request that speak to the router and to no provider. `RequestFieldSet.unserved` is not among
/// them: what nobody acts on is reported.
enum RouterMembers {
    private static let names: Set<String> = [
        "provider", "plugins", "models", "fallbacks", "route", "preset", "transforms", "usage", "stream_options",
        "structured_outputs", "include_reasoning", "prompt_cache_options", "prompt_cache_retention", "session_id",
        "trace", "debug", "store", "prompt", "safety_identifier", "background",
    ]

    /// Whether a provider that lacks the member lacks nothing.
    static func areOurs(_ name: String) -> Bool { names.contains(name) }
}
