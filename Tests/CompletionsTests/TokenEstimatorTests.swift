import Testing

@testable import Completions

@Suite struct TokenEstimatorTests {
    private static let prose = """
        The quick brown fox jumps over the lazy dog, and then it sleeps for 1,234 minutes in the sun. \
        Nobody knows why; perhaps it was tired after all. Its owner calls it every evening at eight.
        """

    private func count(_ pieces: [String]) -> Int {
        var estimator = TokenEstimator()
        for piece in pieces { estimator.add(piece.utf8Span.span) }
        return estimator.tokens
    }

    @Test func nothingCostsNothing() {
        #expect(count([]) == 0)
        #expect(count([""]) == 0)
        #expect(count([" "]) == 1)
    }

    @Test func proseIsCloseToTheVocabulary() {
        // 45 tokens in the 200k vocabulary.
        let tokens = count([Self.prose])
        #expect(tokens >= 38 && tokens <= 50, "\(tokens)")
    }

    @Test func piecesDoNotMatter() {
        let text = Self.prose + " camelCaseName 12345678 \u{4F60}\u{597D} \u{1F600}    x==y"
        let whole = count([text])
        for cut in text.indices {
            #expect(count([String(text[..<cut]), String(text[cut...])]) == whole)
        }
    }

    @Test(arguments: [
        ("hello", 1), ("hello world", 2), ("camelCase", 3), ("123456", 2), ("1234567", 3),
        ("\u{4F60}\u{597D}", 2), ("\u{1F600}", 3), ("\u{E9}\u{E9}", 1),
    ])
    func knownTexts(text: String, tokens: Int) {
        #expect(count([text]) == tokens)
    }

    @Test func eventsCountWhatTheyBring() {
        var estimator = TokenEstimator()
        let events: [CompletionEvent.Content] = [
            .began(id: "x", model: "a model of many words"), .reasoning(ReasoningItem(.text, text: "Think first. ")),
            .text("The quick brown fox"), .toolCall(slot: 0, kind: .function, id: "call_1", name: "weather"),
            .toolArguments(slot: 0, #"{"city":"Rome"}"#), .toolSignature(slot: 0, "AAAA BBBB"), .refusal("No."),
            .finished(.stop, native: "end of the turn"),
        ]
        for event in events { estimator.count(CompletionEvent(event)) }
        #expect(
            estimator.tokens
                == count(["Think first. ", "The quick brown fox", "weather", #"{"city":"Rome"}"#, "No."]))
    }
}
