/// `error.availability`: why no endpoint could take a request, in a form that programs can act on.
package struct Availability: Sendable, Equatable {
    package enum Code: UInt8, CaseIterable, Sendable {
        case modelNotFound
        case wrongEndpoint
        case noEndpoints
        case modelDeprecated
        case modelUnavailableUpstream
        case capacityExhausted
        case temporarilyUnavailable
        case regionRestricted
        case privacyRestricted
        case constraintFiltered
        case freeVariantEnded

        package var wireName: StaticString {
            switch self {
            case .modelNotFound: "model_not_found"
            case .wrongEndpoint: "wrong_endpoint"
            case .noEndpoints: "no_endpoints"
            case .modelDeprecated: "model_deprecated"
            case .modelUnavailableUpstream: "model_unavailable_upstream"
            case .capacityExhausted: "capacity_exhausted"
            case .temporarilyUnavailable: "temporarily_unavailable"
            case .regionRestricted: "region_restricted"
            case .privacyRestricted: "privacy_restricted"
            case .constraintFiltered: "constraint_filtered"
            case .freeVariantEnded: "free_variant_ended"
            }
        }

        /// Whether the same request may succeed later.
        package var isRetryable: Bool { self == .capacityExhausted || self == .temporarilyUnavailable }
    }

    package var code: Code
    /// The slugs the request asked for, in its order.
    package var requestedModels: [String]
    /// Display names of the providers that were considered.
    package var affectedProviders: [String] = []
    /// Names of the filters that removed candidates, such as `max_price` or `data_policy:zdr`.
    package var excludedBy: [String] = []
    /// Slugs that could serve the request instead.
    package var fallbackModels: [String] = []
    /// The request field that ruled everything out, and a sentence about it.
    package var constraint: Constraint?
    /// The page of this server that explains the codes, as a path: below `/api/`, which a proxy in front passes on.
    package static let documentationURL = "/api/v1/docs/errors"

    package init(code: Code, requestedModels: [String]) {
        self.code = code
        self.requestedModels = requestedModels
    }

    package struct Constraint: Sendable, Equatable {
        package var field: String
        package var detail: String

        package init(field: String, detail: String) {
            self.field = field
            self.detail = detail
        }
    }
}
