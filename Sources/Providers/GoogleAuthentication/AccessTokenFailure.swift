import Completions

/// Why a provider could not be asked: there was no access token to ask it with.
package enum AccessTokenFailure: Error, Sendable, Equatable {
    /// The account or its key is at fault.
    case refused(String)
    /// Nothing that another key would have, or that would last.
    case unreachable(String)

    /// For the operator, without any secret.
    package var reason: String {
        switch self {
        case .refused(let reason), .unreachable(let reason): reason
        }
    }
}

extension FailureClassifier {
    /// An attempt that was not made, because there was no token for it: the key's failure where the account is refused.
    package static func noToken(_ failure: AccessTokenFailure, provider: String) -> UpstreamFailure {
        var understood: UpstreamFailure
        switch failure {
        case .refused:
            understood = FailureTable.failure(
                .authentication, status: 401,
                message: FailureSentence.text(.authentication, status: 401, provider: provider, said: nil))
        case .unreachable:
            understood = FailureTable.failure(
                .unreachable, status: 0, message: "\(provider) could not be asked: there is no access token for it now")
        }
        understood.code = UpstreamFailure.tokenless
        understood.detail = failure.reason
        return understood
    }
}

extension UpstreamFailure {
    fileprivate static let tokenless = "no_access_token"

    /// Whether the provider was not asked for want of an access token; `detail` then holds nothing of a key.
    package var isTokenless: Bool { code == Self.tokenless }
}
