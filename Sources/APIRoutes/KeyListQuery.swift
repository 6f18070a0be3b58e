package import Access
package import Completions

/// Which keys `GET /keys` asks for.
package struct KeyListQuery {
    /// Keys of one answer; `offset` leads to the next ones.
    package static let pageCount = 100

    private let offset: Int
    private let includesDisabled: Bool
    private let includesExpired: Bool

    /// - Throws: 400 that names the parameter, 404 for a workspace that is not there.
    package init(_ query: some QueryParameters) throws(APIError) {
        offset = try CataloguePage.number(query["offset"], "offset") ?? 0
        includesDisabled = try Self.flag(query, "include_disabled")
        includesExpired = try Self.flag(query, "include_expired")
        if let workspace = query["workspace_id"], workspace != APIKeyRecord.defaultWorkspace {
            throw APIError(
                .notFound, "There is no such workspace. This server has one: \(APIKeyRecord.defaultWorkspace).",
                param: "workspace_id")
        }
    }

    package func page(of keys: [Principal], atMs unixMs: Int64) -> ArraySlice<Principal> {
        let shown = keys.filter { principal in
            (includesDisabled || !principal.isDisabled) && (includesExpired || !principal.key.isExpired(atMs: unixMs))
        }
        return shown.dropFirst(offset).prefix(Self.pageCount)
    }

    private static func flag(_ query: some QueryParameters, _ name: String) throws(APIError) -> Bool {
        switch query[name] {
        case "true": return true
        case nil, "", "false": return false
        default: throw .invalid(name, "\(name) must be true or false.")
        }
    }
}
