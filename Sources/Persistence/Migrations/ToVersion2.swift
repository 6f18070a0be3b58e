extension MartletSchema {
    /// What version 1 did not know of keys and workspaces.
    static let toVersion2 = """
        ALTER TABLE api_keys ADD COLUMN updated_ms INTEGER;
        ALTER TABLE api_keys ADD COLUMN limit_nanos INTEGER;
        ALTER TABLE api_keys ADD COLUMN limit_reset INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE api_keys ADD COLUMN include_byok INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE api_keys ADD COLUMN expires_ms INTEGER;
        ALTER TABLE api_keys ADD COLUMN allowed_models TEXT;
        ALTER TABLE api_keys ADD COLUMN allowed_providers TEXT;
        ALTER TABLE api_keys ADD COLUMN allowed_ips TEXT;
        ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;
        ALTER TABLE api_keys ADD COLUMN tokens_per_minute INTEGER;
        ALTER TABLE api_keys ADD COLUMN creator_user_id TEXT;
        ALTER TABLE api_keys ADD COLUMN external_user TEXT;
        ALTER TABLE api_keys ADD COLUMN used_ms INTEGER;
        ALTER TABLE api_keys ADD COLUMN deleted_ms INTEGER;
        """
}
