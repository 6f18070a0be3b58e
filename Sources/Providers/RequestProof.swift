package import Catalog
import Cryptography

extension ProviderAdapter {
    /// The header fields that prove who sends this very request, each ending in CRLF.
    ///
    /// Empty for keys that are sent as they are: those are in the endpoint's head already. Requests without a body are
    /// never signed.
    /// - Parameters:
    ///   - key: index into the provider's keys.
    ///   - body: all bytes that follow the head.
    ///   - token: what the account of a key that is exchanged was given.
    ///   - unixSeconds: the time, which Amazon wants to be right within five minutes.
    package static func proof(
        of endpoint: Endpoint, path: UpstreamPath, key: Int, body: Span<UInt8>, token: AccessToken? = nil,
        unixSeconds: Int64
    ) -> [UInt8] {
        let keys = endpoint.provider.keys
        guard path.isPost, keys.indices.contains(key) else { return [] }
        switch keys[key].use {
        case .sent: return []
        case .exchanged: return token.map { Array("Authorization: Bearer \($0.secret.reveal())\r\n".utf8) } ?? []
        case .signing(let access):
            return signature(of: endpoint, path, keys[key].secret, access, body, unixSeconds: unixSeconds)
        }
    }

    private static func signature(
        of endpoint: Endpoint, _ path: UpstreamPath, _ secret: Secret, _ access: AmazonAccess, _ body: Span<UInt8>,
        unixSeconds: Int64
    ) -> [UInt8] {
        let base = endpoint.provider.address(of: path)
        guard
            let target = path.target(endpoint.dialect, model: endpoint.upstreamModel, below: base.pathPrefix)
        else { return [] }
        let signature = SigV4(
            accessKeyID: access.accessKeyID, secretAccessKey: secret, sessionToken: access.sessionToken,
            region: access.region
        ).sign(
            SigV4.Request(
                host: base.hostField, path: target, bodyDigest: SHA256Digest(hashing: body)),
            unixSeconds: unixSeconds)
        var fields = "X-Amz-Date: \(signature.date)\r\n"
        if let token = signature.securityToken { fields += "X-Amz-Security-Token: \(token)\r\n" }
        fields += "Authorization: \(signature.authorization)\r\n"
        return Array(fields.utf8)
    }
}
