/// An error that a caller may see: closed, dialect-neutral, free of anything internal.
///
/// A dialect writes it in its own envelope. The message says what was wrong and how to fix it; everything that is
/// only for operators goes to the log instead.
package struct APIError: Error, Sendable, Equatable {
    /// The HTTP status, which is also `error.code` on the wire.
    package var status: Int
    package var type: ErrorType
    /// One or two sentences for the caller: what was wrong, and what to do about it.
    package var message: String
    /// The path of the offending request field, as in `messages[2].role`.
    package var param: String?
    /// Display name of the provider whose answer this reports.
    package var providerName: String?
    /// Whether the provider was asked with the caller's own key.
    package var isWithOwnKey = false
    /// The provider's own error code or type, where it gave one.
    package var providerCode: String?
    /// The provider's own sentence, where it may be shown (never for its 5xx answers).
    package var raw: String?
    /// What earlier attempts of the same request said, oldest first.
    package var previousErrors: [PreviousError] = []
    /// Seconds after which a retry may succeed: the `Retry-After` header.
    package var retryAfter: Int?
    /// The rate of this server that the request is above: the `X-RateLimit-` headers.
    package var rateLimit: RateLimitNotice?
    /// Why no endpoint was available, and what would help.
    package var availability: Availability?

    package init(
        _ type: ErrorType, status: Int? = nil, _ message: String, param: String? = nil
    ) {
        self.type = type
        self.status = status ?? type.status
        self.message = message
        self.param = param
    }

    /// What one failed attempt said, in `metadata.previous_errors`.
    package struct PreviousError: Sendable, Equatable {
        /// Display name of the provider.
        package var provider: String
        /// The provider's code where it gave one, else the name of the failure class.
        package var code: String
        /// The HTTP status of the attempt; 0 where none was received.
        package var status: Int

        package init(provider: String, code: String, status: Int) {
            self.provider = provider
            self.code = code
            self.status = status
        }
    }
}

extension APIError {
    /// A 400 that names the field at fault.
    package static func invalid(_ param: String, _ message: String) -> APIError {
        APIError(.invalidRequest, message, param: param)
    }
}
