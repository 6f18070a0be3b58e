import Catalog
import Completions
import Providers
import Synchronization
import Testing

@testable import Routing

/// Every failure from the provider's answer to what follows: the class, who is asked next, what becomes of the endpoint.
@Suite("The table of failures")
struct FailureTableTests {
    typealias Row = FailureRow

    static let rows = passing + account + request + other

    /// What passes by itself.
    static let passing: [Row] = [
        Row(
            "refused", .transport(.connectFailed), .unreachable, same: .sole, other: .all, .endpointCools(seconds: 5),
            .hard),
        Row(
            "no name", .transport(.nameNotFound), .unreachable, same: .sole, other: .all, .endpointCools(seconds: 5),
            .hard),
        Row("TLS", .transport(.tlsFailed), .unreachable, same: .sole, other: .all, .endpointCools(seconds: 5), .hard),
        // The provider may have acted on it.
        Row(
            "reset before the first byte", .transport(.resetBeforeFirstByte), .unreachable, same: .never, other: .all,
            .endpointCools(seconds: 5), .hard),
        Row("408", Row.answer(408), .timeout, same: .never, other: .all, .nothing, .hard),
        Row("504", Row.answer(504), .timeout, same: .never, other: .all, .nothing, .hard),
        Row("first token late", .transport(.firstByteTimeout), .timeout, same: .never, other: .all, .nothing, .hard),
        Row(
            "408 ModelTimeout (Bedrock)",
            Row.answer(408, #"{"message":"slow"}"#, ["x-amzn-errortype": "ModelTimeoutException"]),
            .timeout, same: .never, other: .all, .nothing, .hard),
        Row("409", Row.answer(409), .conflict, same: .once, other: .all, .nothing, .ignored),
        Row(
            "429", Row.answer(429, "", ["retry-after": "2"]), .rateLimited, same: .sole, other: .all,
            .keyCools(seconds: 2), .limited),
        Row(
            "429 for long", Row.answer(429, "", ["retry-after": "40"]), .rateLimited, same: .never, other: .all,
            .keyCools(seconds: 40), .limited),
        Row(
            "429 RetryInfo", Row.answer(429, #"{"error":{"code":429,"message":"x","details":[{"retryDelay":"46s"}]}}"#),
            .rateLimited, same: .never, other: .all, .keyCools(seconds: 46), .limited),
        Row("500", Row.answer(500), .serverError, same: .sole, other: .all, .nothing, .hard),
        Row("502", Row.answer(502, "<html>"), .serverError, same: .sole, other: .all, .nothing, .hard),
        Row("520", Row.answer(520), .serverError, same: .sole, other: .all, .nothing, .hard),
        Row("526", Row.answer(526), .serverError, same: .sole, other: .all, .nothing, .hard),
        Row(
            "api_error (Anthropic)", Row.answer(500, #"{"type":"error","error":{"type":"api_error","message":"x"}}"#),
            .serverError, same: .sole, other: .all, .nothing, .hard),
        Row("424 ModelError (Bedrock)", Row.answer(424), .serverError, same: .sole, other: .all, .nothing, .hard),
        // A 503 asks for time by its definition, so it cools the endpoint.
        Row(
            "503", Row.answer(503, "", ["retry-after": "1"]), .overloaded, same: .sole, other: .all,
            .endpointCools(seconds: 1), .soft),
        Row(
            "503 UNAVAILABLE (Gemini)",
            Row.answer(503, #"{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}"#),
            .overloaded, same: .never, other: .all, .endpointCools(seconds: 5), .soft),
        Row("529", Row.answer(529), .overloaded, same: .never, other: .all, .endpointCools(seconds: 5), .soft),
        Row(
            "overloaded_error", Row.answer(500, #"{"error":{"type":"overloaded_error","message":"x"}}"#), .overloaded,
            same: .never, other: .all, .endpointCools(seconds: 5), .soft),
        Row(
            "429 ModelNotReady (Bedrock)", Row.answer(429, "{}", ["x-amzn-errortype": "ModelNotReadyException"]),
            .overloaded, same: .never, other: .all, .endpointCools(seconds: 5), .limited),
        Row("498 (Groq)", Row.answer(498), .overloaded, same: .never, other: .all, .endpointCools(seconds: 5), .soft),
        Row(
            "400 ServiceQuotaExceeded (Bedrock)",
            Row.answer(400, "{}", ["x-amzn-errortype": "ServiceQuotaExceededException"]), .overloaded, same: .never,
            other: .all, .endpointCools(seconds: 5), .soft),
        Row(
            "429 capacity (Mistral)", Row.answer(429, #"{"message":"Service tier capacity exceeded"}"#), .overloaded,
            same: .never, other: .all, .endpointCools(seconds: 5), .limited),
    ]

    /// What the operator's account lacks.
    static let account: [Row] = [
        Row(
            "429 insufficient_quota", Row.answer(429, #"{"error":{"message":"x","code":"insufficient_quota"}}"#),
            .outOfCredit, same: .never, other: .all, .keyOff(seconds: 3600), .soft),
        Row(
            "429 enforced_spend_limit_reached (Anthropic)",
            Row.answer(429, #"{"error":{"message":"x","details":{"error_code":"enforced_spend_limit_reached"}}}"#),
            .outOfCredit, same: .never, other: .all, .keyOff(seconds: 3600), .soft),
        Row("402", Row.answer(402), .outOfCredit, same: .never, other: .all, .keyOff(seconds: 3600), .soft),
        Row(
            "400 credit balance (Anthropic)",
            Row.answer(400, #"{"error":{"message":"Your credit balance is too low"}}"#),
            .outOfCredit, same: .never, other: .all, .keyOff(seconds: 3600), .soft),
        Row(
            "429 per day (Gemini)",
            Row.answer(429, #"{"error":{"message":"x","details":[{"violations":[{"quotaId":"RequestsPerDay"}]}]}}"#),
            .quotaExhausted, same: .never, other: .all, .keyCools(seconds: 3600), .limited),
        Row(
            "429 limit: 0 (Gemini)", Row.answer(429, #"{"error":{"message":"Quota exceeded, limit: 0"}}"#),
            .quotaExhausted, same: .never, other: .all, .keyCools(seconds: 3600), .limited),
        Row("401", Row.answer(401), .authentication, same: .never, other: .all, .keyOff(seconds: 600), .soft),
        Row(
            "400 API_KEY_INVALID (Gemini)", Row.answer(400, #"{"error":{"message":"API key not valid."}}"#),
            .authentication, same: .never, other: .all, .keyOff(seconds: 600), .soft),
        Row(
            "403 UnrecognizedClient (Bedrock)",
            Row.answer(403, "{}", ["x-amzn-errortype": "UnrecognizedClientException"]),
            .authentication, same: .never, other: .all, .keyOff(seconds: 600), .soft),
        Row("403", Row.answer(403), .permission, same: .never, other: .all, .endpointOff(seconds: 600), .ignored),
        Row("404", Row.answer(404), .modelNotFound, same: .never, other: .all, .endpointOff(seconds: 600), .soft),
        Row(
            "404 DeploymentNotFound (Azure)",
            Row.answer(404, #"{"error":{"code":"DeploymentNotFound","message":"x"}}"#),
            .modelNotFound, same: .never, other: .all, .endpointOff(seconds: 600), .soft),
    ]

    /// What the request causes.
    static let request: [Row] = [
        Row("413", Row.answer(413), .payloadTooLarge, same: .never, other: .none, .nothing, .ignored),
        Row(
            "context", Row.answer(400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#), .contextLength,
            same: .never, other: .larger, .nothing, .ignored),
        Row(
            "filtered (Azure)", Row.answer(400, #"{"error":{"code":"content_filter","message":"x"}}"#), .inputFiltered,
            same: .never, other: .none, .nothing, .ignored),
        Row(
            "filtered (OpenAI)", Row.answer(400, #"{"error":{"code":"content_policy_violation","message":"x"}}"#),
            .inputFiltered, same: .never, other: .none, .nothing, .ignored),
        Row(
            "400 schema", Row.answer(400, #"{"error":{"message":"'messages' is a required property"}}"#),
            .invalidRequest,
            same: .never, other: .none, .nothing, .ignored),
        Row(
            "422", Row.answer(422, #"{"detail":[{"msg":"must be positive"}]}"#), .invalidRequest, same: .never,
            other: .none, .nothing, .ignored),
        Row(
            "400 unsupported parameter", Row.answer(400, #"{"error":{"message":"x","code":"unsupported_parameter"}}"#),
            .unsupportedRequest, same: .never, other: .one, .nothing, .ignored),
        Row(
            "422 unknown field", Row.answer(422, #"{"detail":[{"msg":"Extra inputs are not permitted"}]}"#),
            .unsupportedRequest, same: .never, other: .one, .nothing, .ignored),
        Row(
            "400 thought signature", Row.answer(400, #"{"error":{"message":"Missing thought_signature in part 2"}}"#),
            .invalidReplay, same: .never, other: .all, .nothing, .ignored),
        Row(
            "400 encrypted reasoning",
            Row.answer(400, #"{"error":{"message":"x","code":"invalid_encrypted_content"}}"#),
            .invalidReplay, same: .never, other: .all, .nothing, .ignored),
    ]

    /// What the model does, and what comes in the middle of an answer.
    static let other: [Row] = [
        Row(
            "400 tool_use_failed (Groq)", Row.answer(400, #"{"error":{"message":"x","code":"tool_use_failed"}}"#),
            .modelFault, same: .once, other: .all, .nothing, .soft),
        Row(
            "400 json_validate_failed (Groq)",
            Row.answer(400, #"{"error":{"message":"x","code":"json_validate_failed"}}"#),
            .modelFault, same: .once, other: .all, .nothing, .soft),
        Row("an empty answer", .empty, .emptyAnswer, same: .once, other: .all, .nothing, .soft),
        Row(
            "a rate limit as the first event", .inBand(#"{"error":{"code":429,"message":"x"}}"#), .rateLimited,
            same: .never, other: .all, .keyCools(seconds: 5), .limited),
        Row(
            "overload as the first event (Anthropic)",
            .inBand(#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#), .overloaded, same: .never,
            other: .all, .endpointCools(seconds: 5), .soft),
        Row(
            "an error after content", .broken, .brokenStream, same: .never, other: .none, nextModel: false, .nothing,
            .hard),
        Row("no proper answer", .transport(.malformed), .malformedAnswer, same: .sole, other: .all, .nothing, .hard),
    ]

    @Test("every class but the caller's own leaving has a row")
    func complete() {
        let shown = Set(Self.rows.map(\.expected))
        #expect(Set(FailureClass.allCases).subtracting(shown) == [.cancelled])
    }

    @Test("the class is the one expected", arguments: rows)
    func classes(row: Row) {
        #expect(row.failure.failureClass == row.expected)
    }

    /// Two models, the first at endpoints of 1,000, 1,000 and 2,000 tokens.
    static func plan(endpoints: Int) throws -> RoutePlan {
        let parts = [("x", 1_000), ("y", 1_000), ("z", 2_000)].prefix(endpoints).map {
            RoutingFixtures.Part($0, context: $1)
        }
        let catalog = try RoutingFixtures.catalog([("a/b", Array(parts)), ("c/d", [.init("w", context: 500)])])
        return try RoutingFixtures.plan(catalog, RoutingFixtures.request("a/b") { $0.models = ["c/d"] })
    }

    @Test("the next attempts are those of the row", arguments: rows)
    func attempts(row: Row) throws {
        let failure = row.failure
        var expected: [Int] = row.same == .once ? [0] : []
        switch row.other {
        // What is asked again once is asked so everywhere.
        case .all: expected += row.same == .once ? [1, 1, 2, 2, 3, 3] : [1, 2, 3]
        case .one: expected += [1, 3]
        case .none: expected += row.nextModel ? [3] : []
        case .larger: expected += [2, 3]
        }
        // A row of attempts that all fail alike ends at the bound of a request.
        let most = RoutingLimits.attempts - 1
        expected = expected.count < most ? expected + [-1] : Array(expected.prefix(most)) + [-1]
        #expect(AttemptSequenceTests.walk(try Self.plan(endpoints: 3), failure) == expected)
    }

    @Test("a sole endpoint is asked again where the row says so", arguments: rows)
    func soleEndpoint(row: Row) throws {
        let plan = try RoutingFixtures.plan(
            try RoutingFixtures.catalog([("a/b", [.init("x")])]), RoutingFixtures.request("a/b"))
        #expect(AttemptSequenceTests.walk(plan, row.failure) == (row.same == .never ? [-1] : [0, -1]))
    }

    @Test("the endpoint and its key become what the row says", arguments: rows)
    func effects(row: Row) throws {
        let fixture = try HealthFixture(
            keys: [ProviderKey(secret: Secret("k0")), ProviderKey(secret: Secret("k1"))], models: ["a/b", "c/d"])
        let began = try #require(fixture.began())
        let event = try fixture.end(began, .failure(row.failure))
        let now = fixture.nowMs
        let record = try #require(fixture.health.seen)
        let key = began.key
        // The key of every endpoint of the provider.
        let keyOff = fixture.table[fixture.catalog.endpoints[1]].provider.keys[key].disabledUntilMs.load(
            ordering: .relaxed)
        let found = [
            record.keyCoolUntilMs[key].load(ordering: .relaxed), record.coolUntilMs.load(ordering: .relaxed), keyOff,
            record.disabledUntilMs.load(ordering: .relaxed),
        ].map { $0 > now ? ($0 - now) / 1_000 : 0 }
        switch row.effect {
        case .nothing: #expect(found == [0, 0, 0, 0] && event == nil)
        case .keyCools(let seconds): #expect(found == [seconds, 0, 0, 0])
        case .endpointCools(let seconds): #expect(found == [0, seconds, 0, 0])
        case .keyOff(let seconds):
            #expect(found == [0, 0, seconds, 0] && event == .keyDisabled(key: key, reason: row.expected))
        case .endpointOff(let seconds):
            #expect(found == [0, 0, 0, seconds] && event == .endpointDisabled(reason: row.expected))
        }
    }

    @Test("a failure counts as the row says", arguments: rows)
    func counts(row: Row) throws {
        let fixture = try HealthFixture()
        try fixture.attempt(HealthFixture.success)
        fixture.advance(1_000)
        #expect(fixture.reading.successRate == 1)
        let outcome = AttemptOutcome.failure(row.failure)
        for _ in 0..<(HealthLimits.failuresInRow - 1) { try fixture.attempt(outcome, isLastResort: true) }
        fixture.advance(1_000)
        let isCounted = row.count == .hard || row.count == .soft
        #expect((fixture.reading.successRate == 1) == !isCounted)
        // One more hard failure makes the row that opens a breaker full.
        let event = try fixture.attempt(outcome, isLastResort: true)
        var isOpened = false
        if case .opened = event { isOpened = true }
        #expect(isOpened == (row.count == .hard))
    }
}
