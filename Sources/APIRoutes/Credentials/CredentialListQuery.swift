package import Access
package import Completions

/// Which credentials `GET /byok` asks for.
package struct CredentialListQuery {
    /// Credentials of one answer, unless the caller asks for more.
    package static let pageCount = 50
    package static let pageCountMax = 100

    private let offset: Int
    private let limit: Int
    private let provider: String?

    /// - Throws: 400 that names the parameter.
    package init(_ query: some QueryParameters) throws(APIError) {
        offset = try CataloguePage.number(query["offset"], "offset") ?? 0
        let limit = try CataloguePage.number(query["limit"], "limit") ?? Self.pageCount
        guard (1...Self.pageCountMax).contains(limit) else {
            throw .invalid("limit", "limit must be a whole number from 1 to \(Self.pageCountMax).")
        }
        self.limit = limit
        provider = query["provider"].flatMap { $0.isEmpty ? nil : $0 }
        if let workspace = query["workspace_id"], workspace != APIKeyRecord.defaultWorkspace {
            throw .invalid(
                "workspace_id", "There is no such workspace. This server has one: \(APIKeyRecord.defaultWorkspace).")
        }
    }

    package func page(
        of credentials: [ProviderCredential]
    ) -> (page: ArraySlice<ProviderCredential>, count: Int) {
        let asked = credentials.filter { provider == nil || $0.provider == provider }
        return (asked.dropFirst(offset).prefix(limit), asked.count)
    }
}
