package import Buffers

/// Splices over one scanned text: the parts that stay are never copied but by the final write.
///
/// Edits may be added in any order. An edit inside of a range that another edit replaces or removes disappears with
/// it; of two edits of the same range the later one holds. Ranges that overlap partly are a programmer's error, which
/// ranges of JSON values never are.
///
/// Commas of removed members and of inserted ones are settled when the edits are applied, so every combination of
/// them leaves valid JSON.
package struct JSONEdits: ~Copyable {
    private var splices: [JSONSplice] = []
    /// The splices with commas settled; only used when `needsCommas`.
    private var settled: [JSONSplice] = []
    private var needsCommas = false
    private var isSettled = false
    /// The new bytes of all edits; the first is a comma, which settled splices point at.
    private var scratch = ByteBuffer()

    package init() {}

    /// The most pieces that `forEachSegment` can give: each edit's, and what stays around it.
    package var segmentsMax: Int { 2 * splices.count + 1 }

    package var isEmpty: Bool { splices.isEmpty }

    /// Forgets all edits and keeps the memory.
    package mutating func clear() {
        splices.removeAll(keepingCapacity: true)
        scratch.clear()
        needsCommas = false
        isSettled = false
    }

    /// Puts JSON text in place of `range`.
    package mutating func replace(_ range: Range<Int>, raw: StaticString) {
        let text = write { $0.append(raw) }
        add(JSONSplice(.splice, range, text))
    }

    package mutating func replace(_ range: Range<Int>, raw: Span<UInt8>) {
        let text = write { $0.append(raw) }
        add(JSONSplice(.splice, range, text))
    }

    /// Puts the value that `body` writes in place of `range`.
    package mutating func replace<E: Error>(
        _ range: Range<Int>, writing body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        let text = try writeJSON(body)
        add(JSONSplice(.splice, range, text))
    }

    /// Inserts bytes as they are, commas included, at a byte position of the source.
    package mutating func insert(at position: Int, raw: StaticString) {
        replace(position..<position, raw: raw)
    }

    package mutating func insert(at position: Int, raw: Span<UInt8>) {
        replace(position..<position, raw: raw)
    }

    /// Removes a member with the comma that it leaves behind.
    package mutating func removeMember(_ member: JSONMember) {
        add(JSONSplice(.removal, member.range, 0..<0))
    }

    /// Removes the member of that name, if there is one.
    package mutating func removeMember(_ key: StaticString, of object: JSONValue) {
        if let member = object.member(key) { removeMember(member) }
    }

    /// Removes an element of an array with the comma that it leaves behind.
    package mutating func removeElement(_ element: JSONValue) {
        add(JSONSplice(.removal, element.range, 0..<0))
    }

    /// Inserts the member (key and value) or element that `body` writes at the front of an object or array.
    package mutating func prepend<E: Error>(
        to container: JSONValue, writing body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        let text = try writeJSON(body)
        let front = container.range.lowerBound + 1
        var splice = JSONSplice(.first, front..<front, text)
        splice.companion = UInt32(container.range.upperBound - 1)
        add(splice)
    }

    /// Inserts the member (key and value) or element that `body` writes at the end of an object or array.
    package mutating func append<E: Error>(
        to container: JSONValue, writing body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        let text = try writeJSON(body)
        let back = container.range.upperBound - 1
        add(JSONSplice(.last, back..<back, text))
    }

    /// Gives the object's member of that name the value that `body` writes; appends the member when it is absent.
    package mutating func setMember<E: Error>(
        _ key: StaticString, of object: JSONValue, writing body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        if let value = object[key] { return try replace(value.range, writing: body) }
        try append(to: object) { (json) throws(E) in
            json.key(key)
            try body(&json)
        }
    }

    private mutating func write(_ body: (inout ByteBuffer) -> Void) -> Range<Int> {
        if scratch.isEmpty { scratch.append(UInt8(ascii: ",")) }
        let start = scratch.count
        body(&scratch)
        return start..<scratch.count
    }

    private mutating func writeJSON<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) -> Range<Int> {
        if scratch.isEmpty { scratch.append(UInt8(ascii: ",")) }
        let start = scratch.count
        try scratch.appendJSON(body)
        return start..<scratch.count
    }

    /// Adds an edit in order, or drops it or what it covers.
    private mutating func add(_ splice: JSONSplice) {
        isSettled = false
        if splice.role != .splice { needsCommas = true }
        var index = splices.count
        while index > 0, !splices[index - 1].precedes(splice) {
            let other = splices[index - 1]
            if other.covers(splice) { return }
            index -= 1
            if splice.covers(other) || splice.isSameRange(other) {
                splices.remove(at: index)
            } else {
                precondition(splice.end <= other.start, "edits overlap partly")
            }
        }
        if index == splices.count { splices.append(splice) } else { splices.insert(splice, at: index) }
    }

    private mutating func settle(_ source: Span<UInt8>) {
        guard needsCommas, !isSettled else { return }
        source.withUnsafeBytes { JSONCommas(source: $0, splices: splices).settle(into: &settled) }
        isSettled = true
    }
}

extension JSONEdits {
    /// Calls `body` with the pieces of the edited text in order, none of them empty; for vectored writes.
    ///
    /// The pieces point into the source and into these edits: they are valid while the source stays where it is and
    /// until the next edit.
    package mutating func forEachSegment(of source: Span<UInt8>, _ body: (UnsafeRawBufferPointer) -> Void) {
        settle(source)
        let inserted = scratch.bytes
        source.withUnsafeBytes { bytes in
            var cursor = 0
            for splice in needsCommas ? settled : splices {
                let start = Int(splice.start)
                if start > cursor { body(UnsafeRawBufferPointer(rebasing: bytes[cursor..<start])) }
                if splice.textEnd > splice.textStart {
                    body(UnsafeRawBufferPointer(rebasing: inserted[Int(splice.textStart)..<Int(splice.textEnd)]))
                }
                cursor = max(cursor, Int(splice.end))
            }
            if cursor < bytes.count { body(UnsafeRawBufferPointer(rebasing: bytes[cursor...])) }
        }
    }

    /// The length of the edited text.
    package mutating func byteCount(of source: Span<UInt8>) -> Int {
        var count = 0
        forEachSegment(of: source) { count += $0.count }
        return count
    }

    /// Appends the edited text. `source` is the text whose values gave the ranges.
    package mutating func apply(to source: Span<UInt8>, into out: inout ByteBuffer) {
        out.reserve(source.count + scratch.count)
        forEachSegment(of: source) { out.append($0) }
    }
}
