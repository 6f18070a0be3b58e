import Access
import Catalog
import Completions
import Dialects
import JSONText
import Providers
import Reactor
import Routing

/// Images and documents by URL, for providers that want them inlined.
extension CompletionCall {
    /// Whether the request has anything that could have to be fetched: what all others pay for this.
    var mayNeedMedia: Bool { !request.inputModalities.isDisjoint(with: [.image, .file]) && task == nil }

    /// Fetches what this endpoint must be handed inlined. What was fetched for an earlier one is there already.
    ///
    /// - Returns: nil when it is there, else what the attempt came to.
    func fetchMedia(for candidate: Candidate) async -> AttemptOutcome? {
        mediaPlaces = []
        let settings = state.settings.mediaFetch
        if !settings.isEnabled { return nil }
        let wanted: [WebMedia.Wanted]
        do throws(APIError) {
            wanted = try wantedMedia(for: candidate.endpoint)
        } catch {
            return .failed(FailureClassifier.inexpressible(error, provider: candidate.endpoint.provider.displayName))
        }
        if wanted.isEmpty { return nil }
        let fetcher = self.fetcher ?? MediaFetcher(pipeline.client, settings, pipeline.budget)
        self.fetcher = fetcher
        do throws(MediaFetchTrouble) {
            try await fetcher.fetch(wanted)
        } catch {
            return failed(error, candidate)
        }
        // The time that this took is not the endpoint's.
        attemptStartedNs = EventLoop.monotonicNanos()
        return outcomeMeanwhile(candidate)
    }

    private func wantedMedia(for endpoint: Endpoint) throws(APIError) -> [WebMedia.Wanted] {
        if let target = state.translationTargets[endpoint.index] {
            return WebMedia.wanted(of: try wholeRequest(), in: endpoint.dialect, for: target)
        }
        let quirks = endpoint.provider.quirks
        var kinds: [WebMedia.Kind] = []
        if quirks.wantsImagesInlined { kinds.append(.image) }
        if quirks.wantsFilesInlined { kinds.append(.document) }
        if kinds.isEmpty { return [] }
        mediaPlaces = WebMedia.places(inChat: try scanBody(), of: kinds)
        return mediaPlaces.reduce(into: []) { wanted, place in
            if !wanted.contains(where: { $0.url == place.wanted.url }) { wanted.append(place.wanted) }
        }
    }

    private func failed(_ trouble: MediaFetchTrouble, _ candidate: Candidate) -> AttemptOutcome {
        if let outcome = outcomeMeanwhile(candidate) { return outcome }
        if trouble.failure == .outOfMemory {
            var failure = outOfMemory(candidate)
            failure.message = "this server has no memory left for what the request names by URLs (limits.memory)"
            return .failed(failure)
        }
        var failure = FailureClassifier.inexpressible(
            trouble.failure.error(trouble.wanted), provider: candidate.endpoint.provider.displayName)
        // An endpoint that takes URLs may come after many that do not.
        failure.retry.otherEndpoint = .any
        return .failed(failure)
    }

    /// Puts what was fetched into a request in no dialect.
    func inlineMedia(into request: inout CanonicalRequest, for endpoint: Endpoint) {
        guard let fetcher else { return }
        WebMedia.inline({ fetcher.contents(of: $0) }, into: &request, in: endpoint.dialect)
    }

    /// Puts what was fetched into the chat request that is spliced.
    func inlineMediaIntoChat() {
        for place in mediaPlaces {
            guard let contents = fetcher?.contents(of: place.wanted.url) else { continue }
            edits.replace(place.range) { $0.string(contents.dataURL) }
            if place.lacksName { edits.insert(at: place.range.upperBound, raw: ",\"filename\":\"document.pdf\"") }
        }
    }
}
