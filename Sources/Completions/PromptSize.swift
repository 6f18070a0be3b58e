/// How big a prompt is, from one pass over the request: enough for a context check and for an upper bound on its
/// price without a tokenizer.
package struct PromptSize: Sendable, Equatable {
    /// Bytes of text as written in the request, escapes included: never less than the text itself.
    package var textBytes = 0
    package var messages = 0
    package var images = 0
    package var audios = 0
    package var files = 0
    package var videos = 0
    /// Bytes of the `tools` array as written.
    package var toolBytes = 0
    package var tools = 0
    /// Of them, those that are no functions of the caller's: providers run them.
    package var serverTools = 0

    package init() {}

    /// Parts that are not text.
    package var media: Int { images + audios + files + videos }

    /// A cheap estimate of the prompt's tokens: four bytes a token, and the fixed overheads of messages and tools.
    /// Off by up to half either way, so it only ever excludes an endpoint together with a margin.
    package var roughTokens: Int {
        (textBytes + toolBytes) / 4 + messages * 4 + tools * 8 + 3
    }
}
