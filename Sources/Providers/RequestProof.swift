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
    ///   - unixSeconds: the time, which Amazon wants to be right within five minutes.
    package static func proof(
        of endpoint: Endpoint, path: UpstreamPath, key: Int, body: Span<UInt8>, unixSeconds: Int64
    ) -> [UInt8] {
        let keys = endpoint.provider.keys
        let base = endpoint.provider.address(of: path)
        guard path.isPost, keys.indices.contains(key), case .signing(let access) = keys[key].use,
            let target = path.target(endpoint.dialect, model: endpoint.upstreamModel, below: base.pathPrefix)
        else { return [] }
        let signature = SigV4(
            accessKeyID: access.accessKeyID, secretAccessKey: keys[key].secret, sessionToken: access.sessionToken,
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
