import HTTPWire

/// What a path names, whatever the method.
enum Route: Equatable {
    case chatCompletions
    case completions
    case messages
    case tokenCount
    case responses
    case embeddings
    case rerank
    case catalogue(CatalogueRoute)
    case generation
    case key
    case keys
    case keyByHash(String)
    case credentials
    case credentialByID(String)
    case routeExplanation
    case routeDecision
    case errorDocumentation
    case account(AccountRoute)
    case health
    case ready
    case metrics
    case landingPage
    case unknown

    /// The methods that the path takes, as the `Allow` field names them; HEAD goes with GET.
    var allowed: StaticString {
        switch self {
        case .chatCompletions, .completions, .messages, .responses, .embeddings, .rerank, .tokenCount,
            .routeExplanation:
            "POST, OPTIONS"
        case .keys, .credentials: "GET, HEAD, POST, OPTIONS"
        case .keyByHash, .credentialByID: "GET, HEAD, PATCH, DELETE, OPTIONS"
        case .account(let route): route.allowed
        default: "GET, HEAD, OPTIONS"
        }
    }

    func takes(_ method: HTTPMethod) -> Bool {
        switch self {
        case .chatCompletions, .completions, .messages, .responses, .embeddings, .rerank, .tokenCount,
            .routeExplanation:
            method == .post
        case .keys, .credentials: method == .get || method == .head || method == .post
        case .keyByHash, .credentialByID:
            method == .get || method == .head || method == .patch || method == .delete
        case .account(let route): route.takes(method)
        default: method == .get || method == .head
        }
    }

    /// Whether errors and answers here belong to the API rather than to the operator's side.
    var isAPI: Bool {
        switch self {
        case .health, .ready, .metrics, .landingPage: false
        default: true
        }
    }

    /// Reads a path: everything below `/api/v1` is the same below `/v1`.
    init(_ head: Span<UInt8>, _ path: Range<Int>) {
        var rest = path
        if head.starts(rest, "/api/v1/") {
            rest = rest.lowerBound + 7..<rest.upperBound
        } else if head.starts(rest, "/v1/") {
            rest = rest.lowerBound + 3..<rest.upperBound
        } else {
            self = Route.operatorRoute(head, path)
            return
        }
        if head.matches(rest, "/chat/completions") {
            self = .chatCompletions
        } else if head.matches(rest, "/completions") {
            self = .completions
        } else if head.matches(rest, "/messages") {
            self = .messages
        } else if head.matches(rest, "/responses") {
            self = .responses
        } else if head.matches(rest, "/embeddings") {
            self = .embeddings
        } else if head.matches(rest, "/rerank") {
            self = .rerank
        } else {
            self = Route.resource(head.text(rest))
        }
    }

    private static func operatorRoute(_ head: Span<UInt8>, _ path: Range<Int>) -> Route {
        if head.matches(path, "/health") { return .health }
        if head.matches(path, "/ready") { return .ready }
        if head.matches(path, "/metrics") { return .metrics }
        if head.matches(path, "/") || path.isEmpty { return .landingPage }
        return .unknown
    }

    /// The routes that are not on the hot path.
    private static func resource(_ path: String) -> Route {
        switch path {
        case "/generation": return .generation
        case "/key", "/auth/key": return .key
        case "/keys": return .keys
        case "/byok": return .credentials
        case "/route/explain": return .routeExplanation
        case "/messages/count_tokens": return .tokenCount
        case "/generation/decision": return .routeDecision
        case "/docs/errors": return .errorDocumentation
        default: break
        }
        if let route = AccountRoute(rawValue: path) { return .account(route) }
        if let route = CatalogueRoute(path) { return .catalogue(route) }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(percentDecoded)
        if parts.count == 2, parts[0] == "keys" { return .keyByHash(parts[1]) }
        if parts.count == 2, parts[0] == "byok" { return .credentialByID(parts[1]) }
        return .unknown
    }
}

extension Span<UInt8> {
    /// Whether the bytes at `range` start with `text`.
    func starts(_ range: Range<Int>, _ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        return range.count >= length && matches(range.lowerBound..<range.lowerBound + length, text)
    }

    func text(_ range: Range<Int>) -> String {
        unsafe withUnsafeBufferPointer {
            unsafe String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
        }
    }
}

/// Decodes `%41` to `A`; what is no escape stays as it is.
func percentDecoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
            let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
            bytes.append(value)
            rest.removeFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
