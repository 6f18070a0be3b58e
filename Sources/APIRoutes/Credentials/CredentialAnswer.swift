package import Access
package import Buffers
import JSONText
import Telemetry

/// The answers of `/byok`: pure functions, in the shapes that the official client demands. No answer ever holds a key,
/// sealed or not.
package enum CredentialAnswer {
    package static func one(_ credential: ProviderCredential, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { members(of: credential, &$0) }
            }
        }
    }

    /// - Parameter count: how many there are beyond this page too.
    package static func list(
        _ credentials: some Sequence<ProviderCredential>, count: Int, into out: inout ByteBuffer
    ) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for credential in credentials { json.object { members(of: credential, &$0) } }
                }
                json.member("total_count", count)
            }
        }
    }

    private static func members(of credential: ProviderCredential, _ json: inout JSONWriter) {
        json.member("id", credential.id)
        json.member("provider", credential.provider)
        json.nullable("name", credential.name)
        json.member("label", credential.label)
        json.member("workspace_id", credential.workspaceID)
        json.member("sort_order", credential.sortOrder)
        json.member("disabled", credential.isDisabled)
        json.member("is_fallback", credential.isFallback)
        json.member("is_required", credential.isRequired)
        json.member("is_byok_only", credential.isOnly)
        list("allowed_models", credential.allowedModels?.names, &json)
        list("allowed_api_key_hashes", credential.allowedKeys?.map(\.description), &json)
        list("allowed_user_ids", credential.allowedUserIDs, &json)
        json.key("declared_zdr")
        if let declared = credential.declaredZDR { json.bool(declared) } else { json.null() }
        json.nullable("declared_region", credential.declaredRegion?.rawValue)
        json.member("created_at", UTCTime.text(ms: credential.createdAtMs))
        json.nullable("updated_at", credential.updatedAtMs.map { UTCTime.text(ms: $0) })
    }

    private static func list(_ name: StaticString, _ values: [String]?, _ json: inout JSONWriter) {
        json.key(name)
        if let values { json.strings(values) } else { json.null() }
    }
}
