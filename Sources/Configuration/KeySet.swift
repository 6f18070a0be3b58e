import Catalog
import Completions

/// The keys a mapping may have.
struct KeySet {
    /// What the mapping is, as in `unknown key "x" in a provider`.
    let place: String
    let accepted: [String]
    /// Keys of the format that nothing acts on yet: refused with this sentence, so that nobody relies on them.
    var refused: [String] = []
    /// Keys that have their place in each request, and not here.
    var misplaced: [String] = []

    static let configuration = KeySet(
        place: "the configuration",
        accepted: [
            "listen", "data", "workers", "billing", "keys", "providers", "models", "timeouts", "limits", "durability",
            "tls", "log", "drain", "drain_delay", "default_model", "routing", "free_variants", "budgets",
            "trusted_proxies", "records", "catalog", "fetch_images", "byok", "presets",
        ],
        refused: ["admin_listen"])
    static let fixedKey = KeySet(
        place: "a key",
        accepted: [
            "key", "name", "management", "limit", "limit_reset", "expires_at", "allowed_models", "allowed_providers",
            "allowed_ips", "requests_per_minute", "tokens_per_minute",
        ])
    static let budgets = KeySet(place: "budgets", accepted: ["lifetime", "monthly", "weekly", "daily"])
    static let ownKeys = KeySet(place: "byok", accepted: ["fee_percent", "secret_key"])
    static let freeVariants = KeySet(
        place: "free_variants", accepted: ["per_minute", "per_day", "per_day_with_credits", "credits"])
    static let timeouts = KeySet(
        place: "timeouts",
        accepted: [
            "request_head", "request_body", "keep_alive", "connect", "first_byte", "idle", "total", "comment",
        ])
    static let limits = KeySet(place: "limits", accepted: ["body", "head", "connections", "memory"])
    static let fetchImages = KeySet(
        place: "fetch_images",
        accepted: ["enabled", "max_size", "max_total", "max_count", "max_redirects", "timeout", "allow_private"])
    static let records = KeySet(place: "records", accepted: ["keep", "max_size"])
    static let tls = KeySet(place: "tls", accepted: ["certificate", "key"])
    static let log = KeySet(place: "log", accepted: ["level", "format"])
    static let routing = KeySet(place: "routing", accepted: ["algorithm"])
    static let provider = KeySet(
        place: "a provider",
        accepted: [
            "slug", "name", "dialect", "base_url", "api_key", "api_keys", "limits", "cancel", "headers", "organization",
            "data_collection", "zdr", "datacenters", "enabled", "region", "access_key_id", "secret_access_key",
            "session_token", "project", "location", "credentials", "quirks",
        ])
    static let quirks = KeySet(
        place: "quirks",
        accepted: HostQuirks.flags.map(\.name) + [
            "refused_parameters", "messages_max", "reasoning", "prefill", "anthropic_version",
        ])
    /// What the catalogue's files say beside.
    static let catalogueProvider = KeySet(
        place: "a provider",
        accepted: provider.accepted + [
            "key_variable", "last_resort", "sources", "privacy_policy_url", "terms_of_service_url", "status_page_url",
            "headquarters",
        ])
    static let model = KeySet(
        place: "a model",
        accepted: [
            "id", "name", "context_length", "max_completion_tokens", "input_modalities", "output_modalities",
            "supported_parameters", "created", "description", "aliases", "fallbacks", "family", "byok_only",
            "categories", "distillable", "endpoints",
        ])
    static let catalogueModel = KeySet(
        place: "a model",
        accepted: model.accepted + [
            "canonical_slug", "tokenizer", "instruct_type", "hugging_face_id", "knowledge_cutoff", "expiration_date",
            "reasoning", "system_anywhere", "is_moderated", "license", "default_parameters", "benchmarks",
        ])
    static let defaultParameters = KeySet(
        place: "default_parameters",
        accepted: [
            "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "repetition_penalty",
        ])
    static let benchmarks = KeySet(
        place: "benchmarks",
        accepted: ["intelligence_index", "coding_index", "agentic_index", "tool_success_rate", "design_arena"])
    static let designArena = KeySet(
        place: "an entry of design_arena", accepted: ["arena", "category", "elo", "win_rate", "rank"])
    static let reasoning = KeySet(
        place: "reasoning", accepted: ["mandatory", "default_effort", "default_enabled", "efforts", "token_budget"])
    static let endpoint = KeySet(
        place: "an endpoint",
        accepted: [
            "provider", "model", "tag", "dialect", "context_length", "max_completion_tokens", "quantization",
            "supported_parameters", "pricing", "timeouts", "weight", "order", "limits",
        ],
        refused: ["region"])
    static let preset = KeySet(
        place: "a preset",
        accepted: ["system_prompt"]
            + RequestField.allCases.map { "\($0.wireName)" }.filter { !requestsOwn.contains($0) },
        refused: ["cache_enabled", "cache_ttl_seconds"], misplaced: requestsOwn)
    private static let requestsOwn = [
        "messages", "prompt", "suffix", "echo", "stream", "stream_options", "preset", "input",
    ]
    static let providerKey = KeySet(
        place: "a key of a provider",
        accepted: ["key", "access_key_id", "secret_access_key", "session_token", "credentials", "weight", "limits"])
    static let usageLimits = KeySet(place: "limits", accepted: ["rpm", "tpm", "concurrency"])
    static let catalogueEndpoint = KeySet(
        place: "an endpoint", accepted: endpoint.accepted + ["deprecation_date", "tiers"])
    static let endpointTimeouts = KeySet(
        place: "the timeouts of an endpoint", accepted: ["connect", "first_byte", "idle", "total"])
}
