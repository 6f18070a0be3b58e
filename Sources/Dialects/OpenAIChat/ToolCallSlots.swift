import Buffers
import JSONText

/// Assembles streamed tool calls the way clients expect them, whatever a host does with indexes, ids and names.
///
/// Clients concatenate: a name or an id that a host repeats in every delta would come out doubled, and deltas
/// without an index would not come out at all. Deltas that are already right are recognised and copied whole.
struct ToolCallSlots: Sendable {
    private struct Slot: Sendable {
        var choice: Int
        /// The host's own index, where it gave one.
        var sourceIndex: Int?
        /// The index the caller sees.
        var index: Int
        var id: [UInt8]
        var hasName: Bool
    }

    private var slots: [Slot] = []
    var audit: ToolCallAudit?

    var isEmpty: Bool { slots.isEmpty }

    func hasCalls(choice: Int) -> Bool {
        slots.contains { $0.choice == choice }
    }

    /// Writes the array of tool call deltas of one choice.
    mutating func write(
        _ calls: JSONValue, choice: Int, stamp: ResponseStamp, into out: inout ByteBuffer
    ) {
        if isWellFormed(calls, choice: choice) {
            calls.copyRaw(into: &out)
            for call in calls.elements { note(call, choice: choice) }
        } else {
            rewriteAll(calls, choice: choice, stamp: stamp, into: &out)
        }
        if audit == nil { return }
        for call in calls.elements where call.kind == .object {
            let view = ToolCallView(call)
            let position = slot(for: view, choice: choice)
            audit?.add(view, slot: position)
        }
    }

    private mutating func rewriteAll(
        _ calls: JSONValue, choice: Int, stamp: ResponseStamp, into out: inout ByteBuffer
    ) {
        out.append("[")
        var isFirst = true
        for call in calls.elements where call.kind == .object {
            let view = ToolCallView(call)
            let position = slot(for: view, choice: choice)
            if position == DialectLimits.trackedToolCalls { continue }
            if !isFirst { out.append(",") }
            isFirst = false
            rewrite(call, view, at: position, choice: choice, stamp: stamp, into: &out)
        }
        out.append("]")
    }

    /// Whether every delta names its index, begins its call with an id, and repeats neither id nor name later.
    private func isWellFormed(_ calls: JSONValue, choice: Int) -> Bool {
        var previous = -1
        for call in calls.elements {
            let view = ToolCallView(call)
            guard let index = view.index, index > previous, view.hasPlainArguments else { return false }
            previous = index
            if slots.contains(where: { $0.choice == choice && $0.sourceIndex == index }) {
                guard call["id"] == nil, view.name == nil else { return false }
            } else {
                guard let id = view.id, view.name != nil else { return false }
                guard !slots.contains(where: { $0.choice == choice && ($0.index == index || id.equals($0.id.span)) })
                else { return false }
            }
        }
        return true
    }

    private mutating func note(_ call: JSONValue, choice: Int) {
        let view = ToolCallView(call)
        guard let index = view.index, let id = view.id, slots.count < DialectLimits.trackedToolCalls else { return }
        slots.append(Slot(choice: choice, sourceIndex: index, index: index, id: id.contents, hasName: true))
    }

    private mutating func rewrite(
        _ call: JSONValue, _ view: ToolCallView, at position: Int, choice: Int, stamp: ResponseStamp,
        into out: inout ByteBuffer
    ) {
        let isNew = position == slots.count
        if isNew { open(view, choice: choice, stamp: stamp) }
        out.append("{\"index\":")
        out.append(decimal: slots[position].index)
        if isNew {
            out.append(",\"id\":\"")
            out.append(slots[position].id)
            out.append("\",\"type\":")
            if let type = view.type { type.copyRaw(into: &out) } else { out.append("\"function\"") }
        }
        if isNew || view.function != nil {
            out.append(",\"function\":{")
            if let name = view.name, !slots[position].hasName || isNew {
                slots[position].hasName = true
                out.append("\"name\":")
                name.copyRaw(into: &out)
                out.append(",")
            }
            out.append("\"arguments\":")
            view.writeArguments(into: &out)
            out.append("}")
        }
        if isNew { ToolCallView.writeOthers(call, into: &out) }
        out.append("}")
    }

    /// An id that was seen wins over an index; a new id opens a slot even if its index is taken; without either, the
    /// delta continues the last call.
    private func slot(for view: ToolCallView, choice: Int) -> Int {
        if let id = view.id {
            return slots.firstIndex { $0.choice == choice && id.equals($0.id.span) } ?? slots.count
        }
        if let index = view.index {
            return slots.lastIndex { $0.choice == choice && $0.sourceIndex == index } ?? slots.count
        }
        return slots.lastIndex { $0.choice == choice } ?? slots.count
    }

    private mutating func open(_ view: ToolCallView, choice: Int, stamp: ResponseStamp) {
        open(view, choice: choice, id: view.id?.contents ?? stamp.toolCallID(slots.count))
    }

    private mutating func open(_ view: ToolCallView, choice: Int, id: [UInt8]) {
        let next = slots.reduce(0) { $1.choice == choice ? max($0, $1.index + 1) : $0 }
        let isTaken = slots.contains { $0.choice == choice && $0.index == view.index }
        slots.append(
            Slot(
                choice: choice, sourceIndex: view.index, index: isTaken ? next : view.index ?? next, id: id,
                hasName: false))
    }

    // MARK: For who writes no array

    /// Where a delta belongs.
    struct Place {
        /// The call's number among those of its choice, from 0.
        var number: Int
        /// Whether the delta begins the call.
        var isNew: Bool
        var id: String
    }

    /// Finds a delta's call, or opens one; nil once there are too many to track.
    ///
    /// - Parameters:
    ///   - isWhole: every call stands for itself, as in an answer that is no stream.
    ///   - seed: makes the id of a call that came without one unique.
    mutating func take(_ view: ToolCallView, choice: Int, isWhole: Bool, seed: String) -> Place? {
        let position = isWhole ? slots.count : slot(for: view, choice: choice)
        let number = slots[..<position].reduce(0) { $1.choice == choice ? $0 + 1 : $0 }
        if position < slots.count { return Place(number: number, isNew: false, id: "") }
        guard position < DialectLimits.trackedToolCalls else { return nil }
        let id = view.id?.contents ?? ResponseStamp.toolCallID(position, seed: seed)
        open(view, choice: choice, id: id)
        return Place(number: number, isNew: true, id: String(decoding: id, as: UTF8.self))
    }

    /// The number of the call of that id.
    func number(ofID id: String, choice: Int) -> Int? {
        var number = 0
        for slot in slots where slot.choice == choice {
            if slot.id.elementsEqual(id.utf8) { return number }
            number += 1
        }
        return nil
    }
}
