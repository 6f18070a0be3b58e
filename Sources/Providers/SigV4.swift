package import Catalog
package import Cryptography

/// Signs requests to Amazon's services: Signature Version 4. Pure: the time is a parameter.
///
/// The headers signed are `content-type`, `host`, `x-amz-date`, and `x-amz-security-token` where there is a session.
/// Source: wire spec 11; Amazon's "Create a signed AWS API request".
package struct SigV4: Sendable {
    /// The headers that a signed request carries beside `Host` and `Content-Type`.
    package struct Signature: Sendable, Equatable {
        /// `X-Amz-Date`
        package var date: String
        /// `X-Amz-Security-Token`, where the credentials are those of a session.
        package var securityToken: String?
        /// `Authorization`
        package var authorization: String
    }

    /// What is signed. `path` is what stands in the request line, percent-encoded, without a query.
    package struct Request: Sendable {
        package var method: String
        /// As in `Host`, with the port where it is not the usual one.
        package var host: String
        package var path: String
        package var contentType: String
        /// Of the body as sent.
        package var bodyDigest: SHA256Digest

        package init(
            method: String = "POST", host: String, path: String, contentType: String = "application/json",
            bodyDigest: SHA256Digest
        ) {
            self.method = method
            self.host = host
            self.path = path
            self.contentType = contentType
            self.bodyDigest = bodyDigest
        }
    }

    private let accessKeyID: String
    private let secretAccessKey: Secret
    private let sessionToken: Secret?
    private let region: String
    private let service: String

    /// - Parameter service: As in the credential scope; Bedrock's is `bedrock`, whatever the host.
    package init(
        accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, region: String,
        service: String = "bedrock"
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
    }

    /// Signs a request. Servers refuse what is signed more than five minutes off their own time.
    ///
    /// - Parameter unixSeconds: The time, not before 1970.
    package func sign(_ request: Request, unixSeconds: Int64) -> Signature {
        let date = Self.timestamp(unixSeconds)
        let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
        let canonical = canonicalRequest(request, date: date)
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(SHA256Digest(hashing: canonical))"
        let signature = SHA256Digest(authenticating: text, key: signingKey(day: String(date.prefix(8))))
        return Signature(
            date: date, securityToken: sessionToken?.reveal(),
            authorization: """
                AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(signedHeaders), \
                Signature=\(signature)
                """)
    }

    private var signedHeaders: String {
        sessionToken == nil
            ? "content-type;host;x-amz-date" : "content-type;host;x-amz-date;x-amz-security-token"
    }

    func canonicalRequest(_ request: Request, date: String) -> String {
        var text = "\(request.method)\n\(Self.canonicalPath(request.path))\n\n"
        text += "content-type:\(request.contentType)\nhost:\(request.host)\nx-amz-date:\(date)\n"
        if let token = sessionToken { text += "x-amz-security-token:\(token.reveal())\n" }
        return text + "\n\(signedHeaders)\n\(request.bodyDigest)"
    }

    private func signingKey(day: String) -> SHA256Digest {
        let secret = "AWS4" + secretAccessKey.reveal()
        var key = SHA256Digest(authenticating: day.utf8Span.span, key: secret.utf8Span.span)
        for step in [region, service, "aws4_request"] { key = SHA256Digest(authenticating: step, key: key) }
        return key
    }

    /// Every service but S3 encodes the path of the request line once more: `%3A` becomes `%253A`.
    static func canonicalPath(_ path: String) -> String {
        if path.isEmpty { return "/" }
        return PercentEncoding.encode(path, keepsSlashes: true)
    }

    /// `20260102T030405Z`
    static func timestamp(_ unixSeconds: Int64) -> String {
        let date = CivilDate(unixDay: unixSeconds / 86_400)
        let second = unixSeconds % 86_400
        let digits = { (number: Int64, count: Int) in
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return digits(date.year, 4) + digits(date.month, 2) + digits(date.day, 2) + "T" + digits(second / 3600, 2)
            + digits(second / 60 % 60, 2) + digits(second % 60, 2) + "Z"
    }
}

/// A day of the Gregorian calendar.
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    /// Counts from 1 March of the year 0, so that leap days come last (Howard Hinnant, "chrono-compatible low-level
    /// date algorithms").
    init(unixDay: Int64) {
        let shifted = unixDay + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
