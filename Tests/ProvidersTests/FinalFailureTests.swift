import Accounting
import Catalog
import Completions
import Testing

@testable import Providers

@Suite("Final status when no endpoint answered")
struct FinalFailureTests {
    static func endpoint(_ name: String) throws -> Endpoint {
        let provider = ProviderEntry(
            slug: name.lowercased(), displayName: name, baseURL: try BaseURL("http://127.0.0.1/v1"))
        return Endpoint(index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "b", pricing: .free)
    }

    /// Failures by their status, the n-th at provider Pn; 0 is a refused connection, -1 a deadline, -2 a cut answer.
    static func resolve(
        _ statuses: [Int], bodies: [Int: String] = [:], headers: [String: String] = [:], silentAfter: Int = .max
    ) throws -> APIError {
        let failures = try statuses.enumerated().map { index, status in
            let name = "P\(index + 1)"
            let failure =
                switch status {
                case 0: FailureClassifier.classify(.connectFailed, provider: name)
                case -1: FailureClassifier.classify(.firstByteTimeout, provider: name)
                case -2: FailureClassifier.classify(.truncated, provider: name)
                default:
                    FailureClassifierTests.classify(
                        status, bodies[status] ?? "", headers: index < silentAfter ? headers : [:], provider: name)
                }
            return AttemptFailure(endpoint: try endpoint(name), failure: failure)
        }
        return FinalFailure.resolve(failures, requestedModels: ["a/b"])
    }

    static let bodies = [
        400: FailureClassifierTests.openAI("Field x is wrong"),
        422: FailureClassifierTests.openAI("Field y is wrong"),
        413: FailureClassifierTests.openAI("The body is too large"),
        403: FailureClassifierTests.openAI("secret org-1"),
        401: FailureClassifierTests.openAI("secret sk-1"),
    ]

    @Test(
        "follows the rules",
        arguments: [
            ([429], 429, .rateLimitExceeded), ([429, 429], 429, .rateLimitExceeded),
            ([500], 502, .providerUnavailable), ([500, 502, 520], 502, .providerUnavailable),
            ([503], 503, .providerOverloaded), ([503, 503], 503, .providerOverloaded),
            ([0], 502, .providerUnavailable), ([-2, 500], 502, .providerUnavailable),
            ([529], 503, .providerOverloaded), ([498, 529], 503, .providerOverloaded),
            ([504], 504, .timeout), ([-1, 408], 504, .timeout),
            ([429, 500], 503, .providerOverloaded), ([500, -1], 503, .providerOverloaded),
            ([529, 429], 503, .providerOverloaded),
            ([400], 400, .invalidRequest), ([422], 422, .unprocessable), ([413], 413, .payloadTooLarge),
            ([500, 400], 400, .invalidRequest), ([400, 500], 502, .providerUnavailable),
            ([401], 502, .providerUnavailable), ([402], 502, .providerUnavailable),
            ([403], 502, .providerUnavailable), ([404], 502, .providerUnavailable),
            ([401, 404, 500], 502, .providerUnavailable),
        ] as [([Int], Int, ErrorType)])
    func rules(statuses: [Int], status: Int, type: ErrorType) throws {
        let error = try Self.resolve(statuses, bodies: Self.bodies)
        #expect(error.status == status)
        #expect(error.type == type)
        #expect(error.previousErrors.count == statuses.count)
        #expect(!error.message.contains("secret"))
    }

    @Test("keeps true statuses for metadata.previous_errors")
    func previousErrors() throws {
        let error = try Self.resolve([401, 0, 429], bodies: Self.bodies)
        #expect(
            error.previousErrors == [
                .init(provider: "P1", code: "invalid_request_error", status: 401),
                .init(provider: "P2", code: "unreachable", status: 0),
                .init(provider: "P3", code: "rate_limited", status: 429),
            ])
        #expect(error.providerName == "P3")
    }

    @Test("passes the sentence of a refused request, and says what each attempt said otherwise")
    func sentences() throws {
        #expect(try Self.resolve([400], bodies: Self.bodies).message == "Field x is wrong")
        let mixed = try Self.resolve([401, 500])
        #expect(
            mixed.message
                == "No endpoint of a/b answered: P1 rejected the key it was given (401); P2 failed (500).")
    }

    @Test("tells the soonest time to come back, where coming back helps")
    func retryAfter() throws {
        let limited = try Self.resolve([429, 429], headers: ["retry-after": "1.2"])
        #expect(limited.retryAfter == 2)
        #expect(limited.availability?.code == .capacityExhausted)
        #expect(limited.availability?.affectedProviders == ["P1", "P2"])
        #expect(limited.availability?.requestedModels == ["a/b"])
        #expect(
            try Self.resolve([429, 500], headers: ["retry-after": "1"]).availability?.code == .temporarilyUnavailable)
        #expect(try Self.resolve([500], headers: ["retry-after": "1"]).retryAfter == nil)
        #expect(try Self.resolve([429]).retryAfter == nil)
        // Nobody knows when the second one is back.
        let half = try Self.resolve([429, 429], headers: ["retry-after": "1.2"], silentAfter: 1)
        #expect(half.status == 429 && half.retryAfter == nil && !half.message.contains("Retry after"))
        let mixed = try Self.resolve([503, 429], headers: ["retry-after": "3"])
        #expect(mixed.status == 503 && mixed.retryAfter == 3)
        #expect(try Self.resolve([503, 429], headers: ["retry-after": "3"], silentAfter: 1).retryAfter == nil)
    }

    @Test(
        "says whether another try may help",
        arguments: [
            ([429], .capacityExhausted), ([503], .temporarilyUnavailable), ([500, 429], .temporarilyUnavailable),
            ([500], .temporarilyUnavailable), ([0, -2], .temporarilyUnavailable), ([504, -1], .temporarilyUnavailable),
            ([404], .modelUnavailableUpstream), ([404, 404], .modelUnavailableUpstream),
            ([401, 404], .noEndpoints), ([402], .noEndpoints), ([403, 500], .temporarilyUnavailable), ([400], nil),
        ] as [([Int], Availability.Code?)])
    func availability(statuses: [Int], code: Availability.Code?) throws {
        let error = try Self.resolve(statuses, bodies: Self.bodies)
        #expect(error.availability?.code == code)
        if code != nil { #expect(error.availability?.affectedProviders.first == "P1") }
    }

    @Test(
        "a stream that broke off says so, with the status of its cause",
        arguments: [
            (500, 502, .providerUnavailable), (429, 429, .rateLimitExceeded), (503, 503, .providerOverloaded),
            (-1, 504, .timeout), (-2, 502, .providerUnavailable),
        ] as [(Int, Int, ErrorType)])
    func broken(cause: Int, status: Int, type: ErrorType) throws {
        let failure =
            switch cause {
            case -1: FailureClassifier.classify(.idleTimeout, provider: "P1")
            case -2: FailureClassifier.classify(.truncated, provider: "P1")
            default: FailureClassifierTests.classify(cause, "", provider: "P1")
            }
        let attempt = AttemptFailure(
            endpoint: try Self.endpoint("P1"), failure: FailureClassifier.brokenStream(failure))
        let error = FinalFailure.resolve([attempt], requestedModels: ["a/b"])
        #expect(error.status == status && error.type == type)
        #expect(error.message.hasPrefix("The answer broke off: P1 "))
    }

    @Test("a prompt that fits nowhere is a context error")
    func context() throws {
        let error = try Self.resolve([400], bodies: [400: FailureClassifierTests.openAI("prompt is too long")])
        #expect(error.type == .contextLengthExceeded)
        #expect(error.status == 400)
        let filtered = try Self.resolve(
            [400], bodies: [400: FailureClassifierTests.openAI("x", code: "content_filter")])
        #expect(filtered.type == .contentPolicyViolation)
    }
}
