package import Access
package import Completions
package import JSONText

/// What a request says about a BYOK credential. A field that is absent is nil; one that is null where null clears it is
/// `.some(nil)`.
///
/// Source: openrouter spec 10, schemas `CreateBYOKKeyRequest` and `UpdateBYOKKeyRequest`.
package struct CredentialFields: Equatable {
    package var key: String?
    package var provider: String?
    package var name: String??
    package var isDisabled: Bool?
    package var isFallback: Bool?
    package var isRequired: Bool?
    package var isOnly: Bool?
    package var allowedModels: NameList??
    package var allowedKeys: [APIKeyHash]??
    package var allowedUserIDs: [String]??
    package var declaredZDR: Bool??
    package var declaredRegion: ProviderCredential.DeclaredRegion??
    package var workspaceID: String?

    /// - Throws: 400 that names the field.
    package init(_ root: JSONValue) throws(APIError) {
        guard root.isObject else {
            throw APIError(
                .invalidRequest,
                "The request body must be a JSON object, such as {\"provider\": \"openai\", \"key\": …}.")
        }
        if let repeated = root.firstRepeatedKey {
            throw .invalid(repeated.key.string, "The member stands in the body twice. Send it once.")
        }
        key = try Self.key(root)
        if let value = root["provider"] {
            guard let text = value.string else { throw value.wrongType("provider", "a string") }
            provider = text
        }
        name = try root.field("name") { value throws(APIError) in try Self.name(value) }
        isDisabled = try root.flag("disabled")
        isFallback = try root.flag("is_fallback")
        isRequired = try root.flag("is_required")
        isOnly = try root.flag("is_byok_only")
        allowedModels = try root.field("allowed_models") { value throws(APIError) in
            try value.names("allowed_models", "openai/gpt-oss-20b or openai/*")
        }
        allowedKeys = try root.field("allowed_api_key_hashes", Self.hashes)
        allowedUserIDs = try root.field("allowed_user_ids", Self.users)
        declaredZDR = try root.field("declared_zdr") { value throws(APIError) in
            guard let flag = value.bool else { throw value.wrongType("declared_zdr", "true, false or null") }
            return flag
        }
        declaredRegion = try root.field("declared_region", Self.region)
        workspaceID = try root.workspace()
    }

    /// Whether nothing of a credential would change.
    package var isEmpty: Bool {
        key == nil && name == nil && isDisabled == nil && isFallback == nil && isRequired == nil && isOnly == nil
            && allowedModels == nil && allowedKeys == nil && allowedUserIDs == nil && declaredZDR == nil
            && declaredRegion == nil
    }

    /// Puts into a credential what was said.
    ///
    /// - Throws: 400 for a fallback key that is to be the only one.
    package func apply(to credential: inout ProviderCredential) throws(APIError) {
        if let name { credential.name = name }
        if let isDisabled { credential.isDisabled = isDisabled }
        if let isFallback { credential.isFallback = isFallback }
        if let isRequired { credential.isRequired = isRequired }
        if let isOnly { credential.isOnly = isOnly }
        if let allowedModels { credential.allowedModels = allowedModels }
        if let allowedKeys { credential.allowedKeys = allowedKeys }
        if let allowedUserIDs { credential.allowedUserIDs = allowedUserIDs }
        if let declaredZDR { credential.declaredZDR = declaredZDR }
        if let declaredRegion { credential.declaredRegion = declaredRegion }
        if credential.isOnly, credential.isFallback {
            throw .invalid(
                "is_byok_only",
                "'is_byok_only' leaves nothing that a key with 'is_fallback' could stand behind. Send one of them as false."
            )
        }
    }

    // MARK: Fields

    private static func key(_ root: JSONValue) throws(APIError) -> String? {
        guard let value = root["key"] else { return nil }
        // A structured key may be given as the object that it is.
        let text = value.isObject || value.isArray ? value.rawText : value.string
        guard let text else { throw value.wrongType("key", "a string") }
        let key = String(text.trimmingBlanks)
        guard !key.isEmpty, key.utf8.count <= AccessLimits.credentialBytes else {
            throw .invalid("key", "'key' must have 1 to \(AccessLimits.credentialBytes) bytes.")
        }
        return key
    }

    private static func name(_ value: JSONValue) throws(APIError) -> String {
        guard let name = value.string else { throw value.wrongType("name", "a string or null") }
        guard JSONValue.isName(name), name.utf8.count <= AccessLimits.keyNameBytesMax else {
            throw .invalid(
                "name",
                "'name' must have 1 to \(AccessLimits.keyNameBytesMax) bytes, not all of them blank, and no control "
                    + "characters.")
        }
        return name
    }

    private static func hashes(_ value: JSONValue) throws(APIError) -> [APIKeyHash] {
        let path = "allowed_api_key_hashes"
        var hashes: [APIKeyHash] = []
        for text in try value.strings(path) {
            guard let hash = APIKeyHash(hex: text), hash.description == text else {
                throw .invalid(
                    "\(path)[\(hashes.count)]",
                    "'\(path)[\(hashes.count)]' must be the hash of an API key: 64 lowercase hexadecimal digits, as "
                        + "GET /api/v1/keys shows it.")
            }
            hashes.append(hash)
        }
        if hashes.isEmpty { throw JSONValue.emptyList(path) }
        return hashes
    }

    private static func users(_ value: JSONValue) throws(APIError) -> [String] {
        let path = "allowed_user_ids"
        let users = try value.strings(path)
        for (index, user) in users.enumerated() {
            guard JSONValue.isName(user), user.utf8.count <= AccessLimits.foreignNameBytes else {
                throw .invalid(
                    "\(path)[\(index)]",
                    "'\(path)[\(index)]' must have 1 to \(AccessLimits.foreignNameBytes) bytes, not all of them blank, and "
                        + "no control characters.")
            }
        }
        if users.isEmpty { throw JSONValue.emptyList(path) }
        return users
    }

    private static func region(_ value: JSONValue) throws(APIError) -> ProviderCredential.DeclaredRegion {
        guard let text = value.string else { throw value.wrongType("declared_region", "a string or null") }
        guard let region = ProviderCredential.DeclaredRegion(rawValue: text) else {
            throw .invalid("declared_region", "'declared_region' must be global, europe, us or null.")
        }
        return region
    }
}

extension String {
    /// Without the blanks and line ends that come along when a key is copied.
    fileprivate var trimmingBlanks: Substring {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }
}
