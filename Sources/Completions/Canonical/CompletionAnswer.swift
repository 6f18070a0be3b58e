package import Accounting

/// A whole answer in no dialect: the events of one, joined.
package struct CompletionAnswer: Sendable, Equatable {
    package struct Choice: Sendable, Equatable {
        /// In the order they came.
        package var items: [MessageItem] = []
        package var finishReason: FinishReason?
        package var nativeFinishReason: String?
        /// `logprobs.content` entries, each as a JSON array in OpenAI's form.
        package var logprobs: [RawJSON] = []
        package var audio: AudioAnswer?
        /// Whether the next text is another item than the one before.
        fileprivate var beginsText = false
        /// What text is for from here on.
        fileprivate var phase: String?
        /// Where each use of a tool of the provider's is among the items, by its id.
        fileprivate var uses: [String: Int] = [:]

        package init() {}
    }

    /// Speech that the model made.
    package struct AudioAnswer: Sendable, Equatable {
        package var id: String?
        /// Base64.
        package var data = ""
        package var transcript = ""
        package var expiresAt: Int64?
    }

    package var id: String?
    package var model: String?
    package var choices: [Choice] = []
    package var usage: TokenUsage?
    package var serviceTier: String?
    package var fingerprint: String?
    package var error: AnswerError?
    /// Where the calls of each choice are among its items.
    private var slots: [[Int: Int]] = []

    package init() {}

    package init(_ events: [CompletionEvent]) {
        for event in events { add(event) }
    }

    /// Joins one event to what there is.
    package mutating func add(_ event: CompletionEvent) {
        switch event.content {
        case .began(let id, let model):
            self.id = id ?? self.id
            self.model = model ?? self.model
        case .usage(let usage): self.usage = usage
        case .serviceTier(let tier): serviceTier = tier
        case .fingerprint(let text): fingerprint = text
        case .failed(let error): self.error = error
        default:
            while choices.count <= event.choice {
                choices.append(Choice())
                slots.append([:])
            }
            add(event.content, to: event.choice)
        }
    }

    private mutating func add(_ content: CompletionEvent.Content, to index: Int) {
        switch content {
        case .text(let text): choices[index].appendText(text)
        case .textEnded: choices[index].beginsText = true
        case .phase(let phase):
            choices[index].beginsText = true
            choices[index].phase = phase
        case .citation(let citation): choices[index].append(citation)
        case .reasoning(let item): choices[index].append(item)
        case .refusal(let text): choices[index].appendRefusal(text)
        case .toolCall(let slot, let kind, let id, let name):
            slots[index][slot] = choices[index].items.count
            choices[index].items.append(.toolCall(ToolCallItem(kind, id: id, name: name, arguments: "")))
        case .toolArguments(let slot, let text): edit(slot, of: index) { $0.arguments += text }
        case .toolSignature(let slot, let text): edit(slot, of: index) { $0.signature = text }
        case .toolExtras(let slot, let extras): edit(slot, of: index) { $0.extras = extras }
        case .serverTool(let step): choices[index].append(step)
        case .media(let item): choices[index].items.append(item)
        case .audio(let id, let data, let transcript, let expiresAt):
            var audio = choices[index].audio ?? AudioAnswer()
            audio.id = id ?? audio.id
            audio.data += data ?? ""
            audio.transcript += transcript ?? ""
            audio.expiresAt = expiresAt ?? audio.expiresAt
            choices[index].audio = audio
        case .logprobs(let entries): choices[index].logprobs.append(entries)
        case .native(let item): choices[index].items.append(.native(item))
        case .finished(let reason, let native):
            choices[index].finishReason = reason
            choices[index].nativeFinishReason = native
        case .began, .usage, .serviceTier, .fingerprint, .failed: break
        }
    }

    private mutating func edit(_ slot: Int, of index: Int, _ change: (inout ToolCallItem) -> Void) {
        guard let place = slots[index][slot], case .toolCall(var call) = choices[index].items[place] else { return }
        change(&call)
        choices[index].items[place] = .toolCall(call)
    }
}

extension CompletionAnswer.Choice {
    fileprivate mutating func appendText(_ text: String) {
        if text.isEmpty { return }
        if case .text(var item)? = items.last, item.citations.isEmpty, !beginsText {
            item.text += text
            items[items.count - 1] = .text(item)
        } else {
            items.append(.text(TextItem(text, phase: phase)))
        }
        beginsText = false
    }

    fileprivate mutating func append(_ citation: Citation) {
        if case .text(var item)? = items.last {
            item.citations.append(citation)
            items[items.count - 1] = .text(item)
        } else {
            items.append(.text(TextItem("", citations: [citation], phase: phase)))
        }
    }

    fileprivate mutating func append(_ more: ReasoningItem) {
        if case .reasoning(var item)? = items.last, item.isContinued(by: more) {
            item.text += more.text
            item.data = more.data.map { (item.data ?? "") + $0 } ?? item.data
            item.signature = more.signature ?? item.signature
            item.format = item.format ?? more.format
            items[items.count - 1] = .reasoning(item)
        } else {
            items.append(.reasoning(more))
        }
    }

    fileprivate mutating func append(_ step: ServerToolItem) {
        guard let place = uses[step.id], case .serverTool(var tool) = items[place] else {
            var tool = step
            tool.draft = nil
            uses[step.id] = items.count
            return items.append(.serverTool(tool))
        }
        tool.join(step)
        items[place] = .serverTool(tool)
    }

    fileprivate mutating func appendRefusal(_ text: String) {
        if case .refusal(let before)? = items.last {
            items[items.count - 1] = .refusal(before + text)
        } else {
            items.append(.refusal(text))
        }
    }
}

extension ReasoningItem {
    /// Whether `more` goes on with this piece, and does not begin another.
    package func isContinued(by more: ReasoningItem) -> Bool {
        kind == more.kind && signature == nil && (more.index == nil || more.index == index)
            && (more.id == nil || more.id == id)
    }
}
