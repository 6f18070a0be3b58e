package import Completions

/// How many tokens a prompt has, as far as that is known without a vocabulary.
package struct PromptTokens: Sendable, Equatable {
    /// No tokenizer makes fewer of it: an endpoint is left out only for this.
    package var atLeast: Int
    /// The best guess: prices are compared by it.
    package var likely: Int

    package init(atLeast: Int, likely: Int) {
        self.atLeast = atLeast
        self.likely = likely
    }

    /// From the prompt's size alone.
    package init(_ size: PromptSize) {
        atLeast = (size.textBytes + size.toolBytes) / RoutingLimits.bytesPerTokenMax
        likely = size.roughTokens
    }

    /// From the prompt's size, and from what kind of text a few pieces of the request are.
    ///
    /// - Parameters:
    ///   - body: the request as it came.
    ///   - room: tokens that fit everywhere. Where the guess is below, all of the body is read, for a bound that is
    ///     worth leaving endpoints out for.
    package init(_ size: PromptSize, in body: Span<UInt8>, room: Int) {
        self.init(size)
        likely = Self.sampled(size, body)
        let hasMedia = size.images + size.audios + size.files + size.videos > 0
        // What a picture is written as is no text.
        if likely > room, !hasMedia { atLeast = max(atLeast, TokenFloor(body).tokens) }
    }

    private static func sampled(_ size: PromptSize, _ body: Span<UInt8>) -> Int {
        var estimator = TokenEstimator()
        if body.count <= RoutingLimits.sampledBytes {
            estimator.add(body)
        } else {
            let length = RoutingLimits.sampledBytes / RoutingLimits.samples
            let stride = (body.count - length) / (RoutingLimits.samples - 1)
            for sample in 0..<RoutingLimits.samples {
                let piece = body.extracting(sample * stride..<sample * stride + length)
                // A picture, or another encoding that nobody reads.
                if piece.indices.contains(where: { piece[$0] == UInt8(ascii: " ") }) { estimator.add(piece) }
            }
        }
        guard estimator.bytes > 0 else { return size.roughTokens }
        let (product, overflow) = (size.textBytes + size.toolBytes).multipliedReportingOverflow(by: estimator.tokens)
        if overflow { return size.roughTokens }
        return product / estimator.bytes + size.messages * 4 + size.tools * 8 + 3
    }
}
