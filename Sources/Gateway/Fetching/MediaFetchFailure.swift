import Completions
package import Dialects
import HTTPClient

/// Why an image or document of a request could not be had from its URL.
package enum MediaFetchFailure: Error, Sendable, Equatable {
    /// The URL is none that is asked for; what is wrong with it.
    case malformed(String)
    case privateAddress
    case unknownHost
    case unreachable
    case untrusted
    case timedOut(ms: UInt64)
    /// A status that is neither 200 nor a redirect.
    case status(Int)
    case tooManyRedirects(Int)
    case redirectWithoutLocation
    /// From https to http.
    case downgraded
    /// In a content coding, which nobody asked for.
    case packed
    case tooLarge(bytes: Int)
    case tooMuchInAll(bytes: Int)
    case tooMany(Int)
    /// The content type that came; nil for none.
    case wrongType(String?, expected: WebMedia.Kind)
    /// The content type says one thing and the first bytes say another; nil for bytes of no known kind.
    case disagreement(said: String, found: String?)
    /// The answer is no proper HTTP, or broke off.
    case broken
    case outOfMemory
    case cancelled
}

extension MediaFetchFailure {
    init(_ failure: ClientFailure, timeoutMs: UInt64) {
        self =
            switch failure.kind {
            case .resolution: .unknownHost
            case .connection, .proxy, .overloaded: .unreachable
            case .tls: .untrusted
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut(ms: timeoutMs)
            case .send, .malformed, .truncated, .tooLarge: .broken
            case .cancelled: .cancelled
            }
    }

    /// The 400 for who named the URL. Addresses are not told: which ones a name has in here is nobody's business.
    func error(_ wanted: WebMedia.Wanted) -> APIError {
        let noun = wanted.kind == .image ? "image" : "document"
        return .invalid(
            wanted.path,
            "the \(noun) '\(wanted.path)' is given by a URL, which this provider needs fetched, and \(sentence). "
                + "Send it as base64 in a data URL, or mend the URL.")
    }

    private var sentence: String {
        switch self {
        case .malformed(let what): "the URL cannot be used: \(what)"
        case .privateAddress: "its host is at no public address (see fetch_images.allow_private)"
        case .unknownHost: "its host is not known"
        case .unreachable: "its host cannot be reached"
        case .untrusted: "its host cannot be trusted: TLS failed, most often for its certificate"
        case .timedOut(let ms): "it did not arrive within \(ms) ms (fetch_images.timeout)"
        case .status(404): "its host answered 404: not found"
        case .status(let status): "its host answered with status \(status)"
        case .tooManyRedirects(let count): "it was redirected more than \(count) times (fetch_images.max_redirects)"
        case .redirectWithoutLocation: "it was redirected to nowhere"
        case .downgraded: "it was redirected from https to http"
        case .packed: "it came in a content coding that was not asked for"
        case .tooLarge(let bytes): "it has more than \(bytes) bytes (fetch_images.max_size)"
        case .tooMuchInAll(let bytes): "with those before it has more than \(bytes) bytes (fetch_images.max_total)"
        case .tooMany(let count): "it comes after \(count) others, the most that are fetched (fetch_images.max_count)"
        case .wrongType(let type, let expected): Self.sentence(type, expected)
        case .disagreement(let said, let found):
            "its host calls it \(said), but its first bytes are \(found.map { "of \($0)" } ?? "of no known kind")"
        case .broken: "the answer of its host broke off or is no HTTP"
        case .outOfMemory: "this server has no memory left for it (limits.memory)"
        case .cancelled: "the fetch was cancelled"
        }
    }

    private static func sentence(_ type: String?, _ expected: WebMedia.Kind) -> String {
        let found = type.map { "is \($0.prefix(100))" } ?? "has no content type"
        return expected == .image
            ? "it \(found), which is no image that is fetched: PNG, JPEG, GIF, WebP, HEIC"
            : "it \(found), which is no document that is fetched: PDF"
    }
}
