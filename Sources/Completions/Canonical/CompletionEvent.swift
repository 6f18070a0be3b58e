package import Accounting

/// One step of an answer, in no dialect: what decoders of upstream streams and answers make, and what encoders of
/// callers' dialects take.
///
/// A whole answer is the same events in a row. Deltas join to the items of a `Message`: text and reasoning by
/// following each other, tool calls by their slot. Source: wire spec 9.
package struct CompletionEvent: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// The provider's own id and model of the answer, where it says them.
        case began(id: String?, model: String?)
        case text(String)
        /// The next text is another piece than the one before, though nothing stands between them: citations belong to
        /// one piece only.
        case textEnded
        /// What the text from here on is for, where the provider tells kinds of messages apart (`phase` of the Responses
        /// API); nil for what it says nothing of. The next text is another piece than the one before.
        case phase(String?)
        /// A source of what was just said.
        case citation(Citation)
        /// A piece of reasoning: text to append, and its seal where it has come. A piece with another `id`, `index` or
        /// `kind` than the one before begins a new item; so does any other content in between.
        case reasoning(ReasoningItem)
        /// A tool call begins. Slots count from 0 in the order of beginnings, whatever the provider's indexes are. The
        /// id is never empty: decoders make one where the provider gave none.
        case toolCall(slot: Int, kind: ToolCallItem.Kind, id: String, name: String)
        /// More of a call's arguments, as written by the model.
        case toolArguments(slot: Int, String)
        /// What signs a call, where its provider says so.
        case toolSignature(slot: Int, String)
        /// What only the provider's own dialect says of a call, as an object: for a caller of the same one.
        case toolExtras(slot: Int, NativeItem)
        /// A step of a tool that the provider runs itself.
        indirect case serverTool(ServerToolItem)
        case refusal(String)
        /// A whole image or file that the model made.
        case media(MessageItem)
        /// A piece of speech: base64 to append, and what is said in it.
        case audio(id: String?, data: String?, transcript: String?, expiresAt: Int64?)
        /// `logprobs.content` entries, as an array in OpenAI's form.
        case logprobs(RawJSON)
        /// What only the provider's own dialect knows, as written there.
        case native(NativeItem)
        /// The answer's end: why, and the provider's own word for it.
        case finished(FinishReason, native: String?)
        /// So far, cumulative: the last one counts.
        case usage(TokenUsage)
        case serviceTier(String)
        /// `system_fingerprint`.
        case fingerprint(String)
        /// The provider ended the answer with an error. Nothing follows.
        case failed(AnswerError)
    }

    /// Which of several answers; 0 unless the caller asked for more than one.
    package var choice: Int
    package var content: Content

    package init(_ content: Content, choice: Int = 0) {
        self.content = content
        self.choice = choice
    }

    /// Whether this commits an answer: text, reasoning, a refusal, a tool call, media.
    package var isOutput: Bool {
        switch content {
        case .text(let text), .refusal(let text): !text.isEmpty
        case .reasoning(let item): !item.text.isEmpty || item.data != nil
        case .toolCall, .media, .audio: true
        case .toolArguments(_, let text): !text.isEmpty
        default: false
        }
    }
}

/// An error that a provider put into an answer, as it said it.
package struct AnswerError: Error, Sendable, Equatable {
    /// The HTTP status it stands for, 400 to 599, where the provider's words say one.
    package var status: Int?
    /// The provider's own type or code.
    package var type: String?
    package var message: String

    package init(status: Int? = nil, type: String? = nil, message: String) {
        self.status = status
        self.type = type
        self.message = message
    }
}
