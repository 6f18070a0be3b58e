import Testing

@testable import Completions

@Suite struct ErrorTypeTests {
    @Test func namesAreDistinct() {
        #expect(Set(ErrorType.allCases.map { "\($0.wireName)" }).count == ErrorType.allCases.count)
        #expect(Set(FailureClass.allCases.map { "\($0.label)" }).count == FailureClass.allCases.count)
        #expect(Set(Availability.Code.allCases.map { "\($0.wireName)" }).count == Availability.Code.allCases.count)
    }

    @Test(arguments: [
        (ErrorType.contextLengthExceeded, 400), (.authentication, 401), (.paymentRequired, 402),
        (.permissionDenied, 403), (.imageNotFound, 404), (.payloadTooLarge, 413), (.unprocessable, 422),
        (.rateLimitExceeded, 429), (.server, 500), (.providerUnavailable, 502), (.providerOverloaded, 503),
        (.timeout, 504), (.imageDownloadFailed, 400),
    ])
    func statusFollowsFromTheType(type: ErrorType, status: Int) {
        #expect(APIError(type, "x").status == status)
        #expect(APIError(type, status: 408, "x").status == 408)
    }

    @Test func badFieldsAreNamed() {
        let error = APIError.invalid("messages[2].role", "'messages[2].role' is missing.")
        #expect(error.status == 400 && error.type == .invalidRequest && error.param == "messages[2].role")
    }
}
