import Accounting
package import Completions
package import JSONText

/// Reads Gemini's answers: events of a stream, elements of the array that it streams without `alt=sse`, whole answers.
///
/// Each is a `GenerateContentResponse`. Parts are whole but for text, which is appended; usage is on every event and
/// the last one counts. Source: wire spec 6.2, 8, 9.5.
package struct GeminiEventReader: Sendable {
    let translation: Translation
    /// What ids of calls are made of where Gemini gives none: unique to the answer.
    private var seed: String
    private var hasBegun = false
    private var hasFailed = false
    private var tier: String?
    /// Searches that were reported; each counts once.
    private var searches: Set<String> = []
    var choices: [Int: GeminiChoice] = [:]
    private var callCount = 0
    private var toolCount = 0

    /// - Parameter generation: the id of the generation, from which ids of calls are made; without it the answer's own
    ///   id is used.
    package init(translation: Translation, generation: String? = nil) {
        self.translation = translation
        seed = generation ?? ""
    }

    /// Reads one event of a stream.
    package mutating func read(_ root: JSONValue, into events: inout [CompletionEvent]) {
        if root.isArray {
            for element in root.elements { read(element, into: &events) }
            return
        }
        guard !hasFailed else { return }
        if let error = Self.error(in: root) { return fail(error, &events) }
        begin(root, &events)
        // An object has no elements, so an answer without candidates is read as one without any.
        let candidates = root["candidates"] ?? root
        var position = 0
        for candidate in candidates.elements {
            if let index = Self.index(of: candidate, position) { readContent(of: candidate, index, &events) }
            position += 1
        }
        readUsage(root, &events)
        if position == 0, let reason = root["promptFeedback"]?["blockReason"]?.string {
            events.append(CompletionEvent(.finished(.contentFilter, native: reason)))
        }
        position = 0
        for candidate in candidates.elements {
            if let index = Self.index(of: candidate, position) { readEnd(of: candidate, index, &events) }
            position += 1
        }
    }

    /// Which choice a candidate is; nil for one that was not asked for.
    private static func index(of candidate: JSONValue, _ position: Int) -> Int? {
        let index = candidate["index"]?.integer ?? Int64(position)
        return (0..<Int64(DialectLimits.choices.upperBound)).contains(index) ? Int(index) : nil
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        read(root, into: &events)
        atEnd(into: &events)
    }

    /// The stream has ended: a call that was still being written is whole now.
    package mutating func atEnd(into events: inout [CompletionEvent]) {
        for index in choices.keys.sorted() {
            closeCall(index, &events)
            if !hasFailed { endTools(index, &events) }
        }
    }

    // MARK: - The answer as a whole

    /// `{"error":{"code","message","status"}}`, also as the only element of an array.
    private static func error(in root: JSONValue) -> AnswerError? {
        guard let error = root["error"], !error.isNull else { return nil }
        let code = error["code"]?.integer
        let message = error["message"]?.string ?? error.string ?? "The provider reported an error without a message."
        return AnswerError(
            status: code.flatMap { (400...599).contains($0) ? Int($0) : nil }, type: error["status"]?.string,
            message: String(message.prefix(DialectLimits.errorMessageBytes)))
    }

    private mutating func fail(_ error: AnswerError, _ events: inout [CompletionEvent]) {
        hasFailed = true
        events.append(CompletionEvent(.failed(error)))
    }

    private mutating func begin(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        guard !hasBegun else { return }
        hasBegun = true
        let id = root["responseId"]?.string
        if seed.isEmpty { seed = id ?? String(UInt64.random(in: 0...UInt64.max), radix: 36) }
        events.append(CompletionEvent(.began(id: id, model: root["modelVersion"]?.string)))
    }

    private mutating func readUsage(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        guard let metadata = root["usageMetadata"] else { return }
        if let served = GeminiUsage.serviceTier(metadata), served != tier {
            tier = served
            events.append(CompletionEvent(.serviceTier(served)))
        }
        guard var usage = GeminiUsage.read(metadata) else { return }
        usage.webSearches = searches.count
        events.append(CompletionEvent(.usage(usage)))
    }

    /// Counts a search once, whichever choice made it.
    mutating func count(search query: String) { searches.insert(query) }

    /// An id for a call that came without one: unique to the answer, and the same on every run.
    mutating func callID() -> String {
        callCount += 1
        return madeID("call", callCount - 1)
    }

    /// An id for a use of a tool of Google's.
    mutating func toolID() -> String {
        toolCount += 1
        return madeID("tool", toolCount - 1)
    }

    private func madeID(_ prefix: String, _ number: Int) -> String {
        let unique = seed.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(20)
        return "\(prefix)_\(unique)\(number < 10 ? "0" : "")\(number)"
    }

    // MARK: - One candidate's end

    private mutating func readEnd(of candidate: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        guard let native = candidate["finishReason"]?.string, !hasFailed else { return }
        closeCall(index, &events)
        endTools(index, &events)
        let choice = choices[index] ?? GeminiChoice()
        let message = candidate["finishMessage"]?.string
        let reason = GeminiFinishReason.reason(native, hasCalls: choice.slots > 0, hasOutput: choice.hasOutput)
        // What was refused is said where callers of every dialect look for it.
        if reason == .contentFilter, let message, !message.isEmpty {
            events.append(CompletionEvent(.refusal(message), choice: index))
        }
        events.append(CompletionEvent(.finished(reason, native: native), choice: index))
        guard reason == .error else { return }
        fail(AnswerError(type: native, message: message ?? "The model's answer ended with \(native)."), &events)
    }
}

/// What outlives an event of one choice.
struct GeminiChoice: Sendable {
    /// Calls that were begun.
    var slots = 0
    var hasOutput = false
    /// The visible text so far in UTF-8, which offsets of citations count; nil once it is longer than that is kept for.
    var text: [UInt8]? = []
    /// The call whose arguments come in pieces.
    var openCall: GeminiPartialCall?
    /// Citations that were given, which later events repeat.
    var cited: Set<String> = []
    /// The search that is reported, and the code that is run, until they have ended.
    var search: GeminiSearch?
    var run: ServerToolItem?
}

enum GeminiFinishReason {
    private static let filtered: Set<String> = [
        "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "NO_IMAGE", "ESCALATION",
        "MODEL_ARMOR", "PUP_LIMITED_DISABLED",
    ]
    private static let failed: Set<String> = [
        "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE",
        "MISSING_THOUGHT_SIGNATURE",
    ]

    /// Source: wire spec 8.
    static func reason(_ native: String, hasCalls: Bool, hasOutput: Bool) -> FinishReason {
        switch native {
        case "MAX_TOKENS", "CONTINUATION": return .length
        case _ where filtered.contains(native) || native.hasPrefix("IMAGE_"): return .contentFilter
        case _ where failed.contains(native): return .error
        case "OTHER" where !hasOutput && !hasCalls: return .error
        default: return hasCalls ? .toolCalls : .stop
        }
    }
}
