/// Top-level members of a request that speak to the router and to no provider.
enum RouterMembers {
    private static let names: Set<String> = [
        "provider", "plugins", "models", "fallbacks", "route", "preset", "transforms", "usage", "stream_options",
        "structured_outputs", "deferred_tools", "stop_server_tools_when", "max_tool_calls", "include_reasoning",
        "speed", "prompt_cache_options", "prompt_cache_retention", "session_id", "trace", "x_search_filter", "debug",
        "store", "prompt", "safety_identifier", "truncation", "background", "include", "moderation",
    ]

    /// Whether a provider that lacks the member lacks nothing.
    static func areOurs(_ name: String) -> Bool { names.contains(name) }
}
