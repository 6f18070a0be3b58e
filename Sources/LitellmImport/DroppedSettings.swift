/// Why settings of LiteLLM are not carried over, by their names.
enum DroppedSettings {
    private static let health = "cooldowns and retries follow from what the provider answered (docs/health.md)"
    private static let perRequest = "send it in the request"
    private static let cloud = "credentials of clouds are not carried over; add them by hand (docs/configuration.md)"
    private static let logging = "every request has a record of its own (docs/operations.md)"
    private static let cache = "answers are not cached"
    private static let embedded = "one process with an embedded database needs none"
    private static let otherGuard = "there are no guardrails in this version"

    /// `litellm_params`
    static let parameters: [String: String] = [
        "temperature": perRequest, "top_p": perRequest, "max_tokens": perRequest, "seed": perRequest,
        "max_completion_tokens": perRequest, "stop": perRequest, "presence_penalty": perRequest, "n": perRequest,
        "frequency_penalty": perRequest, "reasoning_effort": perRequest, "thinking": perRequest,
        "extra_body": perRequest, "response_format": perRequest, "tools": perRequest, "top_k": perRequest,
        "max_retries": health, "num_retries": health, "cooldown_time": health, "allowed_fails": health,
        "retry_policy": health,
        "api_version": "the host's address has no dated versions",
        "drop_params": "parameters that an endpoint does not take are always left out",
        "additional_drop_params": "list supported_parameters of the endpoint instead",
        "allowed_openai_params": "list supported_parameters of the endpoint instead",
        "azure_ad_token": cloud, "tenant_id": cloud, "client_id": cloud, "client_secret": cloud,
        "aws_access_key_id": cloud, "aws_secret_access_key": cloud, "aws_region_name": cloud,
        "aws_session_token": cloud, "aws_role_name": cloud, "vertex_project": cloud, "vertex_location": cloud,
        "vertex_credentials": cloud, "region_name": "regions are not known to this version",
        "max_budget": "budgets belong to keys and to the account", "budget_duration": "budgets belong to keys",
        "tags": "endpoints have no tags to filter by", "mock_response": "there are no mock answers",
        "cache_control_injection_points": perRequest, "stream": perRequest,
        "use_in_pass_through": "other paths of a provider are not passed through",
        "merge_reasoning_content_in_choices": "reasoning stays in its own field",
        "input_cost_per_second": "there are no prices per second",
        "output_cost_per_second": "there are no prices per second",
        "input_cost_per_character": "there are no prices per character",
        "output_cost_per_character": "there are no prices per character",
    ]

    /// `model_info`
    static let modelInfo: [String: String] = [
        "version": "a note only", "description": "a note only", "metadata": "a note only",
        "access_groups": "give keys their allowed_models", "team_id": "there are no teams",
        "supports_function_calling": "list supported_parameters of the endpoint",
        "supports_parallel_function_calling": "list supported_parameters of the endpoint",
        "supports_response_schema": "list supported_parameters of the endpoint",
        "supports_reasoning": "list supported_parameters of the endpoint",
        "supports_system_messages": "a note only", "supports_prompt_caching": "a note only",
        "litellm_provider": "a note only", "health_check_model": "requests themselves show who is well",
        "health_check_timeout": "requests themselves show who is well",
        "disable_background_health_check": "requests themselves show who is well",
        "input_cost_per_second": "there are no prices per second",
        "output_cost_per_second": "there are no prices per second",
    ]

    static let litellm: [String: String] = [
        "num_retries": health, "allowed_fails": health, "cooldown_time": health, "retry_after": health,
        "drop_params": "parameters that an endpoint does not take are always left out",
        "modify_params": "requests are not rewritten beyond what an endpoint needs",
        "cache": cache, "cache_params": cache, "callbacks": logging, "success_callback": logging,
        "failure_callback": logging, "service_callbacks": logging, "turn_off_message_logging": "prompts are not stored",
        "redact_user_api_key_info": logging, "set_verbose": "set log: {level: debug}",
        "json_logs": "log lines are JSON",
        "telemetry": "nothing is sent anywhere", "ssl_verify": "certificates are always checked",
        "force_ipv4": "addresses are tried as they resolve", "guardrails": otherGuard,
        "default_team_settings": "there are no teams", "langfuse_default_tags": logging,
        "default_internal_user_params": "there are no users", "max_internal_user_budget": "there are no users",
        "max_parallel_requests": "set limits of endpoints",
        "upperbound_key_generate_params": "set limits when you make a key",
        "key_generation_settings": "whoever has a management key makes keys", "mcp_aliases": "there is no MCP gateway",
        "public_model_groups": "GET /api/v1/models shows every model",
    ]

    static let router: [String: String] = [
        "num_retries": health, "allowed_fails": health, "allowed_fails_policy": health, "cooldown_time": health,
        "disable_cooldowns": health, "retry_policy": health, "retry_after": health,
        "model_group_retry_policy": health, "redis_host": embedded, "redis_port": embedded,
        "redis_password": embedded, "redis_url": embedded, "redis_db": embedded, "cache_responses": cache,
        "cache_kwargs": cache, "caching_groups": cache,
        "enable_pre_call_checks": "what cannot fit is always left out before a call",
        "enable_tag_filtering": "endpoints have no tags to filter by",
        "tag_filtering_match_any": "see enable_tag_filtering",
        "routing_strategy_args": "there is nothing to tune", "max_fallbacks": "a request tries at most 8 endpoints",
        "set_verbose": "set log: {level: debug}", "debug_level": "set log: {level: debug}",
        "default_max_parallel_requests": "set limits of endpoints", "alerting_config": logging,
        "provider_budget_config": "budgets belong to keys and to the account",
        "default_litellm_params": perRequest, "timeout_policy": "set timeouts of endpoints",
        "optional_pre_call_checks": "conversations stay where their cache is anyway (docs/routing.md)",
    ]

    static let general: [String: String] = [
        "database_url": "keys, users and spending of LiteLLM's database are not carried over; the database is embedded",
        "database_type": embedded, "database_connection_pool_limit": embedded, "database_connection_timeout": embedded,
        "store_model_in_db": "models stand in the configuration", "salt_key": embedded,
        "store_prompts_in_spend_logs": "prompts are not stored", "disable_spend_logs": logging, "alerting": logging,
        "alerting_threshold": logging, "alert_types": logging, "alert_to_webhook_url": logging,
        "background_health_checks": "requests themselves show who is well",
        "health_check_interval": "requests themselves show who is well",
        "allow_requests_on_db_unavailable": "answers go on while the store is slow (docs/operations.md)",
        "global_max_parallel_requests": "set limits: {connections}",
        "enable_jwt_auth": "callers have API keys", "litellm_jwtauth": "callers have API keys",
        "custom_auth": "callers have API keys", "enforce_user_param": "user is optional",
        "allowed_routes": "give keys their rules", "proxy_batch_write_at": "records are written at once",
        "use_redis_transaction_buffer": embedded, "key_management_system": "use ${file:...} or variables",
        "pass_through_endpoints": "other paths of a provider are not passed through",
        "infer_model_from_keys": "models stand in the configuration",
        "ui_access_mode": "there is no admin page to guard",
        "max_request_size_mb": "set limits: {body}", "proxy_budget_rescheduler_min_time": "budgets renew exactly",
        "proxy_budget_rescheduler_max_time": "budgets renew exactly",
        "disable_master_key_return": "keys are shown once",
    ]

    static let top: [String: String] = [
        "include": "other files are not followed; import each", "guardrails": otherGuard,
        "mcp_servers": "there is no MCP gateway", "mcp_tools": "there is no MCP gateway",
        "callback_settings": logging, "vector_store_registry": "there are no vector stores",
        "search_tools": "there are no search tools", "prompts": "there are no stored prompts",
        "files_settings": "there is no files API", "finetune_settings": "there is no fine-tuning",
    ]
}
