/// A parsed response head. All ranges are offsets from the first byte that the parser was given for this head.
///
/// Meant to be reused: the parser empties it and keeps the capacity of `fields`.
package struct ResponseHead: Sendable {
    /// 100 to 999.
    package internal(set) var status = 0
    /// The reason phrase, which may be empty and means nothing.
    package internal(set) var reason = 0..<0
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package internal(set) var minorVersion: UInt8 = 1
    package internal(set) var fields: [HeaderField] = []
    package internal(set) var framing = MessageFraming.none
    /// Whether the connection may carry another request once the body is complete. Never with `untilClose`.
    package internal(set) var keepsAlive = true
    private var present: UInt64 = 0

    package init() {}

    /// Whether another head follows this one (RFC 9110, section 15.2). `101 Switching Protocols` is final here, since
    /// nobody asks for it.
    package var isInterim: Bool { status < 200 && status != 101 }

    /// The value of the first field of this name.
    package func first(_ name: FieldName) -> Range<Int>? {
        guard present & name.bit != 0 else { return nil }
        for index in fields.indices where fields[index].known == name { return fields[index].value }
        return nil
    }

    /// Whether there is a field of this name.
    package func has(_ name: FieldName) -> Bool { present & name.bit != 0 }

    mutating func append(_ field: HeaderField) {
        if let known = field.known { present |= known.bit }
        fields.append(field)
    }

    mutating func clear() {
        status = 0
        reason = 0..<0
        minorVersion = 1
        fields.removeAll(keepingCapacity: true)
        framing = .none
        keepsAlive = true
        present = 0
    }
}
