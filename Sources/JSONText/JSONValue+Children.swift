package import Buffers
package import CSimdJSON

/// One member of an object.
@safe package struct JSONMember {
    package let key: JSONKey
    package let value: JSONValue

    @inlinable
    init(key: JSONKey, value: JSONValue) {
        self.key = key
        self.value = value
    }

    /// From the key's opening quote to the end of the value.
    @inlinable package var range: Range<Int> { key.range.lowerBound..<value.range.upperBound }
}

/// A member's name.
@safe package struct JSONKey {
    @usableFromInline let text: UnsafePointer<UInt8>
    @usableFromInline let node: UnsafePointer<martlet_json_node>

    @inlinable
    init(text: UnsafePointer<UInt8>, node: UnsafePointer<martlet_json_node>) {
        self.text = text
        self.node = node
    }

    /// With the quotes.
    @inlinable package var range: Range<Int> { Int(node.pointee.start)..<Int(node.pointee.end) }

    /// Whether the source of the name has escapes; without them its length is that of `range` less the quotes.
    package var hasEscapes: Bool { StringContents(text, node).hasEscapes }

    /// Appends the source of the name, with its quotes.
    package func copyRaw(into out: inout ByteBuffer) {
        out.append(UnsafeRawBufferPointer(start: text + range.lowerBound, count: range.count))
    }

    /// Whether the name, unescaped, is `name`.
    package func equals(_ name: StaticString) -> Bool { StringContents(text, node).equals(name) }

    /// The name, unescaped.
    package var string: String { StringContents(text, node).string }
}

/// The members of an object in the order of the text; nothing for other values.
@safe package struct JSONMembers: Sequence, IteratorProtocol {
    @usableFromInline let text: UnsafePointer<UInt8>
    @usableFromInline var cursor: UnsafePointer<martlet_json_node>
    @usableFromInline let end: UnsafePointer<martlet_json_node>

    @inlinable
    init(text: UnsafePointer<UInt8>, cursor: UnsafePointer<martlet_json_node>, end: UnsafePointer<martlet_json_node>) {
        self.text = text
        self.cursor = cursor
        self.end = end
    }

    @inlinable package mutating func next() -> JSONMember? {
        guard cursor < end else { return nil }
        let value = JSONValue(text: text, node: cursor + 1)
        let member = JSONMember(key: JSONKey(text: text, node: cursor), value: value)
        cursor = value.node + Int(value.node.pointee.span)
        return member
    }
}

/// The elements of an array in order; nothing for other values.
@safe package struct JSONElements: Sequence, IteratorProtocol {
    @usableFromInline let text: UnsafePointer<UInt8>
    @usableFromInline var cursor: UnsafePointer<martlet_json_node>
    @usableFromInline let end: UnsafePointer<martlet_json_node>

    @inlinable
    init(text: UnsafePointer<UInt8>, cursor: UnsafePointer<martlet_json_node>, end: UnsafePointer<martlet_json_node>) {
        self.text = text
        self.cursor = cursor
        self.end = end
    }

    @inlinable package mutating func next() -> JSONValue? {
        guard cursor < end else { return nil }
        let value = JSONValue(text: text, node: cursor)
        cursor += Int(cursor.pointee.span)
        return value
    }
}

extension JSONValue {
    @inlinable package var members: JSONMembers {
        let end = isObject ? node + Int(node.pointee.span) : node + 1
        return JSONMembers(text: text, cursor: node + 1, end: end)
    }

    @inlinable package var elements: JSONElements {
        let end = isArray ? node + Int(node.pointee.span) : node + 1
        return JSONElements(text: text, cursor: node + 1, end: end)
    }

    /// The first member of that unescaped name; nil when there is none or this is no object.
    package subscript(_ key: StaticString) -> JSONValue? {
        guard let value = martlet_json_find(text, node, key.utf8Start, key.utf8CodeUnitCount) else { return nil }
        return JSONValue(text: text, node: value)
    }

    /// The member of that name, with its key's range.
    package func member(_ key: StaticString) -> JSONMember? {
        guard let value = self[key] else { return nil }
        return JSONMember(key: JSONKey(text: text, node: value.node - 1), value: value)
    }

    /// The element at that index; nil when there is none or this is no array. Walks the elements before it.
    package subscript(_ index: Int) -> JSONValue? {
        guard index >= 0, index < count, isArray else { return nil }
        var next = node + 1
        for _ in 0..<index { next += Int(next.pointee.span) }
        return JSONValue(text: text, node: next)
    }
}
