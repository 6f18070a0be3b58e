/// What a generation used, in the provider's own tokens.
///
/// `prompt` and `completion` are the wholes; every other token count is a part of one of them, and what no part covers
/// is plain text. Dialects bring providers that report parts beside the whole into this form.
package struct TokenUsage: Hashable, Sendable {
    /// All prompt tokens, cached and written ones included.
    package var prompt = 0
    /// All completion tokens, reasoning included.
    package var completion = 0
    /// What the provider called the total; usually the sum of the two.
    package var total = 0

    /// Prompt tokens read from the cache.
    package var cached = 0
    /// The part of `cached` that is audio; also a part of `audioPrompt`.
    package var cachedAudio = 0
    /// Prompt tokens written to the cache for five minutes.
    package var cacheWrite5m = 0
    /// Prompt tokens written to the cache for an hour.
    package var cacheWrite1h = 0
    package var audioPrompt = 0
    package var imagePrompt = 0
    /// Billed as plain prompt tokens.
    package var videoPrompt = 0

    package var reasoning = 0
    package var audioCompletion = 0
    package var imageCompletion = 0
    /// Of a predicted output, the tokens that came true; nil where the provider does not say.
    package var acceptedPrediction: Int?
    package var rejectedPrediction: Int?

    /// Images in the prompt, for prices per image.
    package var images = 0
    /// Searches that the provider made.
    package var webSearches = 0
    /// What a request to rerank is billed as: the price of a request is due for each. Of completions it is 0, and due once.
    package var searchUnits = 0

    /// Whether we counted because the provider did not report.
    package var isEstimated = false
    /// What the provider says it charged us.
    package var upstreamCost: Credits?

    package init() {}

    package init(prompt: Int, completion: Int) {
        self.prompt = prompt
        self.completion = completion
        total = prompt + completion
    }

    /// Prompt tokens written to a cache of either kind.
    package var cacheWrite: Int { cacheWrite5m + cacheWrite1h }

    /// Whether anything but the prompt, the completion, their total, predictions and upstream cost is set.
    package var hasDetails: Bool { hasPromptDetails || hasCompletionDetails || videoPrompt != 0 || isEstimated }

    @inline(__always)
    var hasPromptDetails: Bool {
        cached | cachedAudio | cacheWrite5m | cacheWrite1h | audioPrompt | imagePrompt | images | webSearches != 0
    }

    @inline(__always)
    var hasCompletionDetails: Bool { reasoning | audioCompletion | imageCompletion != 0 }
}
