package import Access
package import Dialects

/// How one URL is fetched, as a state machine without I/O: it is told what happened, and says what to do next.
///
/// What keeps a caller from reaching what only this machine can: a name is looked up once, each of its addresses is
/// judged, and those that are allowed are the ones connected to; every redirect begins anew; nothing of the caller is
/// sent along; and nothing comes back to anybody but to the provider, and only what is an image or a PDF by its type and
/// by its bytes.
package struct MediaFetch {
    package enum Action: Equatable {
        /// Look up the host of this URL and tell `resolved`.
        case resolve(MediaURL)
        /// Ask for this URL at the addresses with these indexes, and no others, and tell `answered`.
        case ask(MediaURL, at: [Int])
        /// Read on; tell `received`, and at the end `ended`.
        case read
        /// What was read is of this type.
        case finish(type: String)
        case fail(MediaFetchFailure)
    }

    /// The head of an answer, as far as it matters here.
    package struct Answer {
        package var status: Int
        package var location: String?
        package var contentType: String?
        package var contentEncoding: String?
        package var contentLength: Int?

        package init(
            status: Int, location: String? = nil, contentType: String? = nil, contentEncoding: String? = nil,
            contentLength: Int? = nil
        ) {
            self.status = status
            self.location = location
            self.contentType = contentType
            self.contentEncoding = contentEncoding
            self.contentLength = contentLength
        }
    }

    private let kind: WebMedia.Kind
    private let settings: MediaFetchSettings
    private var url: MediaURL?
    private var redirects = 0
    /// The type that the host says.
    private var said = ""

    package init(_ kind: WebMedia.Kind, _ settings: MediaFetchSettings) {
        self.kind = kind
        self.settings = settings
    }

    package mutating func start(_ text: String) -> Action {
        do throws(MediaFetchFailure) {
            return go(to: try MediaURL(text))
        } catch {
            return .fail(error)
        }
    }

    private mutating func go(to next: MediaURL) -> Action {
        url = next
        return .resolve(next)
    }

    /// - Parameter addresses: those of the host; nil for one that is not understood, which is not connected to.
    package func resolved(_ addresses: [IPAddress?]) -> Action {
        let allowed = addresses.indices.filter { addresses[$0].map(settings.allows) ?? false }
        guard let url, !allowed.isEmpty else { return .fail(.privateAddress) }
        return .ask(url, at: allowed)
    }

    package mutating func answered(_ answer: Answer) -> Action {
        switch answer.status {
        case 200: return take(answer)
        case 301, 302, 303, 307, 308: return redirect(to: answer.location)
        default: return .fail(.status(answer.status))
        }
    }

    private mutating func redirect(to location: String?) -> Action {
        redirects += 1
        if redirects > settings.redirectsMax { return .fail(.tooManyRedirects(settings.redirectsMax)) }
        guard let location, let url else { return .fail(.redirectWithoutLocation) }
        do throws(MediaFetchFailure) {
            return go(to: try url.following(location))
        } catch {
            return .fail(error)
        }
    }

    private mutating func take(_ answer: Answer) -> Action {
        if let coding = answer.contentEncoding, coding.lowercased() != "identity" { return .fail(.packed) }
        guard let type = answer.contentType.flatMap({ MediaType.type(said: $0, as: kind) }) else {
            return .fail(.wrongType(answer.contentType, expected: kind))
        }
        said = type
        return received(answer.contentLength ?? 0)
    }

    /// - Parameter count: bytes so far, or those that are announced.
    package func received(_ count: Int) -> Action {
        count > settings.bytesMax ? .fail(.tooLarge(bytes: settings.bytesMax)) : .read
    }

    /// - Parameter bytes: all of it.
    package func ended(_ bytes: Span<UInt8>) -> Action {
        let found = MediaType.type(of: bytes)
        guard let found, MediaType.agree(said: said, found: found) else {
            return .fail(.disagreement(said: said, found: found))
        }
        return .finish(type: found)
    }
}
