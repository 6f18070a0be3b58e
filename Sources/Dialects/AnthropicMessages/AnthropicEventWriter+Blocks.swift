import Completions
import JSONText

/// What events come to, as blocks.
extension AnthropicEventWriter {
    /// Begins a block. What came before it, but for a call that is not whole yet, has ended.
    mutating func append(_ kind: AnthropicOutputBlock.Kind) {
        if !blocks.isEmpty, !blocks[blocks.count - 1].isOpenCall { blocks[blocks.count - 1].isWhole = true }
        blocks.append(AnthropicOutputBlock(kind))
    }

    mutating func add(text: String) {
        if let last = blocks.last, case .text = last.kind, !last.isWhole, !last.isCited {} else { append(.text) }
        blocks[blocks.count - 1].pieces.append(.text(text))
    }

    /// The next text is a block of its own.
    mutating func endText() {
        if case .text? = blocks.last?.kind { blocks[blocks.count - 1].isWhole = true }
    }

    /// A citation belongs to the text before it; the next text is another block.
    mutating func add(_ citation: Citation) {
        if let last = blocks.last, case .text = last.kind, !last.isWhole {} else { append(.text) }
        blocks[blocks.count - 1].pieces.append(.citation(AnthropicCitation.json(citation)))
        blocks[blocks.count - 1].isCited = true
    }

    mutating func add(_ item: ReasoningItem) {
        var item = item
        let text = item.text
        if hidesReasoning { item.text = "" }
        if let last = blocks.last, case .reasoning(var before) = last.kind, !last.isWhole, before.isContinued(by: item)
        {
            before.data = item.data.map { (before.data ?? "") + $0 } ?? before.data
            before.signature = item.signature ?? before.signature
            before.format = before.format ?? item.format
            blocks[blocks.count - 1].kind = .reasoning(before)
        } else {
            var seal = item
            seal.text = ""
            append(.reasoning(seal))
        }
        if !text.isEmpty, !hidesReasoning { blocks[blocks.count - 1].pieces.append(.thinking(text)) }
    }

    mutating func add(_ slot: Int, _ kind: ToolCallItem.Kind, id: String, name: String) {
        callIDs[slot] = id
        append(.call(AnthropicOutputCall(slot: slot, kind: kind, id: id, name: name)))
    }

    /// What signs a call is sealed reasoning that goes by the call's id: clients send that back as they got it. It stands
    /// before the call, where thoughts have their place, or behind it where the call is on its way already.
    mutating func add(signature: String, to slot: Int) {
        guard let id = callIDs[slot] else { return }
        let seal = AnthropicOutputBlock.Kind.reasoning(ReasoningItem(sealing: id, signature))
        if let place = blocks.lastIndex(where: { $0.isWaitingCall(slot) }) {
            blocks.insert(AnthropicOutputBlock(seal), at: place)
            blocks[place].isWhole = true
        } else {
            append(seal)
            blocks[blocks.count - 1].isWhole = true
        }
    }

    mutating func add(_ extras: NativeItem, to slot: Int) {
        guard extras.dialect == AnthropicWords.dialect else { return }
        edit(slot) { call, _ in call.extras = extras.json }
    }

    mutating func add(arguments text: String, to slot: Int) {
        edit(slot) { call, pieces in
            let piece = call.take(text)
            if !piece.isEmpty { pieces.append(.json(piece)) }
        }
    }

    /// What a provider of another family ran itself is a call and its result once it has ended: what was asked comes
    /// only then.
    mutating func add(_ step: ServerToolItem) {
        if step.dialect == AnthropicWords.dialect { return }
        if tools[step.id]?.status.isEnd == true { return }
        var tool = tools[step.id] ?? ServerToolItem(step.kind, id: step.id, .inProgress, dialect: step.dialect)
        tool.join(step)
        tools[step.id] = tool
        guard step.status.isEnd, let (name, input, result) = AnthropicServerTool.blocks(tool) else { return }
        var call = AnthropicOutputCall(slot: -tools.count, kind: .server, id: tool.id, name: name)
        let pieces = [AnthropicOutputBlock.Piece.json(call.take(input.text))]
        append(.call(call))
        blocks[blocks.count - 1].pieces = pieces
        blocks[blocks.count - 1].isWhole = true
        append(.whole(result))
    }

    private mutating func edit(
        _ slot: Int, _ change: (inout AnthropicOutputCall, inout [AnthropicOutputBlock.Piece]) -> Void
    ) {
        for place in blocks.indices.reversed() {
            guard case .call(var call) = blocks[place].kind, call.slot == slot else { continue }
            change(&call, &blocks[place].pieces)
            blocks[place].kind = .call(call)
            // A call that is whole has ended once another block waits behind it.
            if call.isWhole, place < blocks.count - 1 { blocks[place].isWhole = true }
            return
        }
    }
}
