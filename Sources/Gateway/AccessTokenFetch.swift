import Buffers
package import Catalog
package import HTTPClient
import HTTPWire
import JSONText
package import Providers
import Reactor
import TransportSecurity

/// Changes a service account's signed statement for an access token: one request to its token URI.
/// Source: RFC 7523 section 2.1.
package enum AccessTokenFetch {
    /// - Parameters:
    ///   - unixSeconds: the time now, from which the statement and the token count.
    ///   - began: gets the exchange before it is waited for; who ends that ends the fetch.
    package static func token(
        of account: ServiceAccount, by client: HTTPClient, unixSeconds: Int64,
        began: (ClientExchange) -> Void = { _ in }
    ) async throws(AccessTokenFailure) -> AccessToken {
        let body = try assertion(account, unixSeconds)
        let url = account.tokenAddress
        var head = ByteBuffer()
        let target = url.pathPrefix.isEmpty ? "/" : url.pathPrefix
        head.append(text: "POST \(target) HTTP/1.1\r\nHost: \(url.hostField)\r\n")
        head.append("Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n")
        head.append("Accept-Encoding: identity\r\nUser-Agent: martlet\r\nContent-Length: ")
        head.append(decimal: body.count)
        head.append("\r\n\r\n")
        let exchange = client.exchange(origin: Origin(isSecure: url.isSecure, host: url.host, port: url.port))
        defer { exchange.release() }
        began(exchange)
        do throws(ClientFailure) {
            let deadlines = ExchangeDeadlines(
                mode: .plain, connectMs: GatewayLimits.accessTokenMs, firstByteMs: nil, idleMs: nil,
                totalMs: GatewayLimits.accessTokenMs)
            try await exchange.send(head: head.bytes, body: [body.bytes], deadlines: deadlines)
            try await exchange.collect(limit: GatewayLimits.accessTokenBytes)
        } catch {
            throw .unreachable("\(url.origin) gave no token: \(error.reason)")
        }
        return try read(exchange, url.origin, unixSeconds)
    }

    private static func assertion(
        _ account: ServiceAccount, _ unixSeconds: Int64
    ) throws(AccessTokenFailure) -> ByteBuffer {
        let key: RSAPrivateKey
        do throws(RSAPrivateKey.Unusable) {
            key = try RSAPrivateKey(pem: account.privateKey.reveal())
        } catch {
            throw .refused("\"private_key\" of \(account.email) \(error)")
        }
        let assertion = ServiceAccountAssertion(account, now: unixSeconds)
        guard let signature = key.sign(Array(assertion.signingInput.utf8)) else {
            throw .unreachable("the statement for \(account.email) could not be signed")
        }
        var body = ByteBuffer()
        body.append(text: assertion.requestBody(signature: signature))
        return body
    }

    private static func read(
        _ exchange: ClientExchange, _ origin: String, _ unixSeconds: Int64
    ) throws(AccessTokenFailure) -> AccessToken {
        let status = exchange.head.status
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        let root = try? scanner.scan(copying: Span(_unsafeBytes: exchange.body.bytes))
        // Too many requests and trouble of the host's own are nothing that the key could help.
        if status >= 500 || status == 429 || status == 408 {
            throw .unreachable("\(origin) answered \(status) and no token")
        }
        guard let root else { throw .refused("\(origin) answered \(status) and no JSON; check \"token_uri\"") }
        do throws(AccessTokenError) {
            return try AccessToken(root, now: unixSeconds)
        } catch {
            throw .refused("\(error) (\(origin), \(status))")
        }
    }
}
