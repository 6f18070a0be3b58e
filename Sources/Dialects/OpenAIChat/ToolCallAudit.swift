package import Completions
package import JSONText

/// Gathers the calls of tools in an answer and judges, once it is whole, whether a program can carry them out.
///
/// A call is broken when its function is none of the request's, or its arguments are no JSON object. No arguments at all
/// are none that are wrong. Where the request has tools that its provider runs itself, names are not judged: theirs are
/// not in the request. Source: spec 22.3.
package struct ToolCallAudit: Sendable {
    private struct Call: Sendable {
        let slot: Int
        var hasKnownName = false
        /// The text between the quotes, unescaped.
        var arguments: [UInt8] = []
    }

    private let names: [String]
    private let judgesNames: Bool
    private var calls: [Call] = []
    private var byteCount = 0

    /// - Returns: nil for a request without functions: nothing has to be gathered.
    package init?(_ request: CompletionRequest) {
        if request.toolNames.isEmpty { return nil }
        names = request.toolNames
        judgesNames = request.promptSize.serverTools == 0
    }

    /// The calls of a whole answer.
    package mutating func add(answer root: JSONValue) {
        guard let choices = root["choices"] else { return }
        for choice in choices.elements {
            guard let found = (choice["message"] ?? choice["delta"])?["tool_calls"] else { continue }
            for call in found.elements where call.isObject { add(ToolCallView(call), slot: calls.count) }
        }
    }

    /// A call, or a further piece of one.
    /// - Parameter slot: counts the calls of the answer.
    mutating func add(_ view: ToolCallView, slot: Int) {
        // A call of another kind is no function's, and has nothing to judge.
        guard view.function != nil, let index = index(of: slot) else { return }
        if let name = view.name { calls[index].hasKnownName = names.contains { name.equals($0.utf8Span.span) } }
        guard let arguments = view.arguments, byteCount <= DialectLimits.auditedArgumentBytes else { return }
        let before = calls[index].arguments.count
        if arguments.isString {
            _ = arguments.withString { calls[index].arguments.append($0) }
        } else {
            arguments.withRawSpan { calls[index].arguments.append($0) }
        }
        byteCount += calls[index].arguments.count - before
    }

    /// One event of an answer that is translated.
    mutating func add(_ event: CompletionEvent) {
        switch event.content {
        case .toolCall(let slot, .function, _, let name):
            guard let index = index(of: place(slot, event)) else { return }
            calls[index].hasKnownName = names.contains(name)
        case .toolArguments(let slot, let text):
            guard byteCount <= DialectLimits.auditedArgumentBytes,
                let index = calls.firstIndex(where: { $0.slot == place(slot, event) })
            else { return }
            calls[index].arguments += text.utf8
            byteCount += text.utf8.count
        default: break
        }
    }

    /// Events count the calls of each choice.
    private func place(_ slot: Int, _ event: CompletionEvent) -> Int {
        event.choice * DialectLimits.trackedToolCalls + slot
    }

    /// Where the call is that has this slot, which opens one; nil once there are too many.
    private mutating func index(of slot: Int) -> Int? {
        if let index = calls.firstIndex(where: { $0.slot == slot }) { return index }
        if calls.count == DialectLimits.trackedToolCalls { return nil }
        calls.append(Call(slot: slot))
        return calls.count - 1
    }

    /// Whether all calls can be carried out; nil where there are none, or more than is gathered.
    /// - Parameter scanner: its values of before are gone afterwards.
    package func isWellFormed(_ scanner: JSONScanner) -> Bool? {
        if calls.isEmpty || byteCount > DialectLimits.auditedArgumentBytes { return nil }
        return calls.allSatisfy { call in
            if judgesNames, !call.hasKnownName { return false }
            if call.arguments.isEmpty { return true }
            let value = try? scanner.scan(copying: call.arguments.span)
            return value?.isObject ?? false
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }
}
