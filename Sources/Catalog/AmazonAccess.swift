/// What belongs to a secret access key of Amazon's: whose it is, and where it is used.
package struct AmazonAccess: Sendable, Equatable {
    /// Stands in the signature, for everyone to read.
    package let accessKeyID: String
    /// Of credentials that last for a while only; sent with each request.
    package let sessionToken: Secret?
    /// A signature holds in one region: `eu-central-1`.
    package let region: String

    package init(accessKeyID: String, sessionToken: Secret? = nil, region: String) {
        self.accessKeyID = accessKeyID
        self.sessionToken = sessionToken
        self.region = region
    }
}
