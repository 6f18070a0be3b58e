import Access
import Buffers
import Dialects
import HTTPClient
import HTTPWire
import Reactor

/// Fetches one URL: performs what `MediaFetch` decides. A task of its own, because a look-up cannot be broken off and who
/// waits for it may go away first. Confined to its loop.
final class MediaDownload: @unchecked Sendable {
    let wanted: WebMedia.Wanted
    /// What has come of it; nil as long as it runs.
    private(set) var result: Result<WebMedia.Contents, MediaFetchFailure>?
    private let fetcher: MediaFetcher
    private var exchange: ClientExchange?
    private var head = ByteBuffer()
    private var isCancelled = false
    /// Bytes that are reserved for it.
    private var reserved = 0

    init(_ wanted: WebMedia.Wanted, of fetcher: MediaFetcher) {
        self.wanted = wanted
        self.fetcher = fetcher
    }

    func start() {
        fetcher.client.loop.spawn { [self] in
            do throws(MediaFetchFailure) {
                end(.success(try await fetch()))
            } catch {
                end(.failure(error))
            }
        }
    }

    /// Ends it at once; its connection is closed when this returns.
    func cancel(_ failure: MediaFetchFailure = .cancelled) {
        isCancelled = true
        exchange?.abort()
        end(.failure(failure))
    }

    private func end(_ result: Result<WebMedia.Contents, MediaFetchFailure>) {
        guard self.result == nil else { return }
        self.result = result
        fetcher.ended()
    }

    private func fetch() async throws(MediaFetchFailure) -> WebMedia.Contents {
        var machine = MediaFetch(wanted.kind, fetcher.settings)
        var action = machine.start(wanted.url)
        var addresses: [SocketAddress] = []
        while true {
            switch action {
            case .resolve(let url):
                addresses = try await resolve(url.origin)
                action = machine.resolved(addresses.map { IPAddress($0.host) })
            case .ask(let url, let allowed):
                let exchange = fetcher.client.exchange(origin: url.origin, at: allowed.map { addresses[$0] })
                self.exchange = exchange
                defer {
                    self.exchange = nil
                    exchange.release()
                }
                let (next, contents) = try await ask(exchange, url, &machine)
                if let contents { return contents }
                action = next
            case .fail(let failure): throw failure
            // Both are dealt with where the answer is read.
            case .read, .finish: preconditionFailure("nothing was asked for")
            }
        }
    }

    private func resolve(_ origin: Origin) async throws(MediaFetchFailure) -> [SocketAddress] {
        let addresses: [SocketAddress]
        do throws(DNSFailure) {
            addresses = try await fetcher.client.resolver.resolve(origin.host, port: origin.port)
        } catch {
            throw .unknownHost
        }
        if isCancelled { throw .cancelled }
        return addresses
    }

    /// - Returns: what to do next, or the contents when all of them are here.
    private func ask(
        _ exchange: ClientExchange, _ url: MediaURL, _ machine: inout MediaFetch
    ) async throws(MediaFetchFailure) -> (next: MediaFetch.Action, contents: WebMedia.Contents?) {
        do throws(ClientFailure) {
            Self.writeHead(url, into: &head)
            // The time for it all is the fetcher's.
            try await exchange.send(
                head: head.bytes, body: [], method: .get,
                deadlines: ExchangeDeadlines(mode: .plain, connectMs: nil, firstByteMs: nil, idleMs: nil, totalMs: nil))
            var action = machine.answered(MediaFetch.Answer(exchange))
            guard case .read = action else { return (action, nil) }
            var announced = exchange.contentLength ?? 0
            while true {
                if let failure = reserve(max(announced, exchange.body.count)) { return (.fail(failure), nil) }
                announced = 0
                guard try await exchange.more() else { break }
                action = machine.received(exchange.body.count)
                guard case .read = action else { return (action, nil) }
            }
            let bytes = Span<UInt8>(_unsafeBytes: exchange.body.bytes)
            action = machine.ended(bytes)
            guard case .finish(let type) = action else { return (action, nil) }
            return (action, WebMedia.Contents(base64: Base64.encode(bytes), mediaType: type))
        } catch {
            throw MediaFetchFailure(error, timeoutMs: fetcher.settings.timeoutMs)
        }
    }

    /// Counts bytes against what the request, and all requests together, may hold.
    private func reserve(_ count: Int) -> MediaFetchFailure? {
        if count <= reserved { return nil }
        defer { reserved = count }
        return fetcher.reserve(count - reserved)
    }

    /// Nothing in it is the caller's but the URL: no credentials, no cookies, no address.
    private static func writeHead(_ url: MediaURL, into head: inout ByteBuffer) {
        head.clear()
        HTTPEncoding.appendRequestLine("GET", url.target.utf8Span.span, to: &head)
        HTTPEncoding.appendField("Host", url.origin.hostField, to: &head)
        HTTPEncoding.appendField("User-Agent", "martlet", to: &head)
        HTTPEncoding.appendField("Accept", "image/*, application/pdf", to: &head)
        HTTPEncoding.appendField("Accept-Encoding", "identity", to: &head)
        HTTPEncoding.appendField("Connection", "close", to: &head)
        HTTPEncoding.appendEndOfHead(to: &head)
    }
}

extension MediaFetch.Answer {
    init(_ exchange: ClientExchange) {
        self.init(
            status: exchange.head.status, location: exchange.text(.location), contentType: exchange.text(.contentType),
            contentEncoding: exchange.text(.contentEncoding), contentLength: exchange.contentLength)
    }
}

extension ClientExchange {
    /// The length that the answer announces; nil for none.
    fileprivate var contentLength: Int? { text(.contentLength).flatMap { Int($0) } }
}
