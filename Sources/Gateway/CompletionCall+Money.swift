import Access
import Accounting
import Activity
import Catalog
import Completions
import Dialects
import HTTPServer
import Routing
import Telemetry

/// What a call may cost, kept for it until what it did cost is known.
///
/// A hold is taken after the plan and before the first attempt, for the dearest candidate of the plan, and lasts over
/// all attempts; `settle` turns it into the charge, and every other way out drops it, which gives it back. A principal
/// without any limit takes none and is charged directly.
extension CompletionCall {
    /// Takes room for the most that the request can cost.
    ///
    /// - Throws: 402 with what would have been affordable.
    func takeHold() throws(APIError) {
        let budgets = principal.budgets
        guard budgets.hasLimit else { return }
        let dearest = dearest
        do throws(HoldRefusal) {
            hold = try budgets.hold(dearest.cost, direct: dearest.direct, atMs: createdAtMs)
        } catch {
            throw unaffordable(error, dearest.bound, plan[dearest.index].endpoint)
        }
        heldTokens = dearest.bound.completionTokens * dearest.bound.choices
    }

    /// Takes the hold that a call did without because nothing was limited when it began. It runs already, so there is no
    /// refusal: requests that come after the new limit are counted beside it.
    func coverByHold() {
        guard candidate != nil, !isSettled, hold == nil, principal.budgets.hasLimit else { return }
        let dearest = dearest
        hold = principal.budgets.cover(dearest.cost, direct: dearest.direct, atMs: createdAtMs)
        heldTokens = dearest.bound.completionTokens * dearest.bound.choices
    }

    /// The most that any candidate can cost, and the most that one may cost the caller at its provider where the key's
    /// limit includes that.
    private struct Dearest {
        var bound: HoldBound
        var cost: Credits
        var direct = Credits.zero
        var index: Int

        /// Makes of a list price what a request with the caller's own key costs.
        mutating func payDirectly(by call: CompletionCall) {
            if call.principal.key.includesBYOKInLimit { direct = cost }
            cost = call.state.settings.ownKeyFee.most(on: cost)
        }
    }

    @inline(__always)
    private var dearest: Dearest {
        let size = retrieval.map { request.size(of: $0) } ?? request.size(bodyBytes: body.bytes.count)
        let bound = Self.bound(of: plan[0], for: size)
        var dearest = Dearest(
            bound: bound, cost: bound.credits(plan[0].endpoint.pricing, at: createdAtMs / 1000), index: 0)
        if plan[0].endpoint.credential != nil { dearest.payDirectly(by: self) }
        for index in 1..<max(1, plan.count) {
            let bound = Self.bound(of: plan[index], for: size)
            let cost = bound.credits(plan[index].endpoint.pricing, at: createdAtMs / 1000)
            var other = Dearest(bound: bound, cost: cost, index: index)
            if plan[index].endpoint.credential != nil { other.payDirectly(by: self) }
            let direct = max(dearest.direct, other.direct)
            if other.cost > dearest.cost { dearest = other }
            dearest.direct = direct
        }
        return dearest
    }

    /// Takes more room when an upstream writes more than it was asked for. Where there is none the answer goes on, since
    /// it is paid for already: its charge is taken in full, and the limit then blocks.
    func growHold(_ producedTokens: Int) {
        guard producedTokens > heldTokens, var grown = hold.take() else { return }
        heldTokens = max(producedTokens, 2 * heldTokens)
        let doubled = grown.amount.nanos.addingReportingOverflow(grown.amount.nanos)
        do throws(HoldRefusal) {
            try grown.grow(to: Credits(nanos: doubled.overflow ? Int64.max : doubled.partialValue))
        } catch {
            heldTokens = Int.max
            logOverrun()
        }
        hold = consume grown
    }

    /// Charges a call in place of its hold; a charge of zero gives the hold back.
    func charge(_ charge: Charge) {
        var counted = Credits.zero
        if let direct = charge.direct {
            if principal.key.includesBYOKInLimit { counted = direct.total }
            principal.budgets.noteDirect(direct.total, atMs: createdAtMs)
        }
        if let hold = hold.take() {
            if charge.total > hold.amount { logOverrun() }
            hold.settle(charge.total, direct: counted)
        } else if charge.total > .zero || counted > .zero {
            principal.budgets.charge(charge.total, direct: counted, atMs: createdAtMs)
        }
    }

    private static func bound(of candidate: Candidate, for size: RequestSize) -> HoldBound {
        let endpoint = candidate.endpoint
        var size = size
        if candidate.variant.contains(.online) { size.searches = max(size.searches, GatewayLimits.searches) }
        size.searches = max(size.searches, endpoint.unaskedSearches)
        if size.searches > 1, endpoint.pricing.rates.searchesOnce { size.searches = 1 }
        return HoldBound(
            size, media: endpoint.mediaBounds, contextLength: endpoint.contextLength,
            completionCap: endpoint.maxCompletionTokens)
    }

    private func logOverrun() {
        pipeline.logger.log(.warning, "hold_exceeded") { line in
            line.field("generation_id", id.span)
            line.field("key", principal.key.label)
        }
    }

    private func unaffordable(
        _ refusal: HoldRefusal, _ bound: HoldBound, _ endpoint: Endpoint
    ) -> APIError {
        if refusal.scope == .account, principal.budgets.account.usedUp(atMs: createdAtMs) != nil {
            return KeyAdmission.insufficientCredits
        }
        let remedy =
            switch refusal.scope {
            case .key: "raise the limit of this key (PATCH /api/v1/keys/{hash})"
            case .workspace: "raise the \(refusal.interval.name) budget of the workspace"
            case .account: "have more credits granted (martlet credits grant)"
            }
        let tokens = bound.affordableCompletionTokens(
            refusal.affordable, endpoint.pricing, at: createdAtMs / 1000)
        guard let tokens, tokens > 0 else {
            let isSearching = endpoint.pricing.rates[.webSearch] ?? .zero > .zero
            let count = bound.searches == 1 ? "a search" : "\(bound.searches) searches"
            let searches = isSearching ? " and \(count) of the web" : ""
            return APIError(
                .paymentRequired,
                "This request requires more credits: its prompt of up to \(bound.promptTokens) tokens\(searches) may cost "
                    + "more than the $\(refusal.affordable) that is left. Shorten the prompt, or \(remedy).", param: nil
            )
        }
        return APIError(
            .paymentRequired,
            "This request requires more credits, or fewer max_tokens. You requested up to \(bound.completionTokens) "
                + "tokens, but can only afford \(tokens). Lower max_tokens, or \(remedy).", param: "max_tokens")
    }
}

extension CompletionRequest {
    /// What the cost of the request depends on. Of the messages the text counts, since media are bounded by their number;
    /// of the rest of the body, with tools and schemas, every byte.
    fileprivate func size(bodyBytes: Int) -> RequestSize {
        var size = RequestSize()
        size.textBytes = promptSize.textBytes + bodyBytes
        for member in layout.members where member.field == .messages || member.field == .prompt {
            size.textBytes -= member.value.count
        }
        size.messages = promptSize.messages
        size.hasTools = promptSize.tools > 0
        size.images = promptSize.images
        size.files = promptSize.files
        size.audios = promptSize.audios
        size.videos = promptSize.videos
        size.searches = asksForSearches ? GatewayLimits.searches : 0
        size.choices = choiceCount
        size.maxTokens = maxTokens
        return size
    }
}

extension CompletionRequest {
    /// What the cost of a request for no completion depends on: what is read, all of it.
    fileprivate func size(of wanted: RetrievalRequest) -> RequestSize {
        var size = RequestSize()
        size.textBytes = promptSize.textBytes
        size.messages = promptSize.messages
        size.images = promptSize.images
        size.files = promptSize.files
        size.audios = promptSize.audios
        size.videos = promptSize.videos
        size.isRetrieval = true
        size.requests = wanted.requestsMax
        return size
    }
}

extension CompletionRequest {
    /// Whether a provider may search the web because of this request: by the option, by a tool that it runs itself, or by
    /// a parameter of its own that only it knows.
    fileprivate var asksForSearches: Bool {
        fields.contains(.webSearchOptions) || wantsWebSearch || promptSize.serverTools > 0
            || layout.members.contains { $0.field == nil }
    }
}

extension Endpoint {
    /// Searches that the model makes of itself: some exist for nothing else, and say so in their names.
    fileprivate var unaskedSearches: Int {
        if pricing.rates[.webSearch] == nil, pricing.overrides.isEmpty { return 0 }
        if modelSlug.contains("research") { return GatewayLimits.researchSearches }
        return modelSlug.contains("search") || modelSlug.hasPrefix("perplexity/") ? GatewayLimits.searches : 0
    }

    /// By the author of the model: whoever serves it counts its tokens.
    fileprivate var mediaBounds: MediaBounds {
        let author = modelSlug.prefix { $0 != "/" }
        return switch author {
        case "openai": .openAI
        case "anthropic": .anthropic
        case "google": .gemini
        default: .other
        }
    }
}
