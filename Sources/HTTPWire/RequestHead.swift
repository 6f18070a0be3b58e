/// A parsed request head. All ranges are offsets from the first byte that the parser was given for this head.
///
/// Meant to be reused: the parser empties it and keeps the capacity of `fields`.
package struct RequestHead: Sendable {
    package internal(set) var method = HTTPMethod.other
    package internal(set) var methodRange = 0..<0
    /// The whole request target as sent.
    package internal(set) var target = 0..<0
    /// The path of an origin-form or absolute-form target, still percent-encoded. Empty when an absolute-form target
    /// has none, which means `/`; the asterisk itself for `OPTIONS *`.
    package internal(set) var path = 0..<0
    /// What follows the first `?` of the target, without it; nil when there is none.
    package internal(set) var query: Range<Int>?
    /// Host and port: of the target in absolute form, else of the Host field; nil only in HTTP/1.0.
    package internal(set) var authority: Range<Int>?
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package internal(set) var minorVersion: UInt8 = 1
    package internal(set) var fields: [HeaderField] = []
    /// Never `untilClose`.
    package internal(set) var framing = MessageFraming.none
    /// Whether the client lets the connection go on after this request.
    package internal(set) var keepsAlive = true
    /// Whether the client waits for `100 Continue` before it sends the body, which is then not empty.
    package internal(set) var expectsContinue = false

    /// The names that are there, as their `bit`s.
    package private(set) var present: UInt64 = 0
    private var repeated: UInt64 = 0

    package init() {}

    /// The value of the first field of this name.
    package func first(_ name: FieldName) -> Range<Int>? {
        present & name.bit == 0 ? nil : Self.first(name, in: fields)
    }

    /// The same among a head's `fields`, for those who would otherwise copy a head to call a method of it.
    package static func first(_ name: FieldName, in fields: [HeaderField]) -> Range<Int>? {
        for index in fields.indices where fields[index].known == name { return fields[index].value }
        return nil
    }

    /// Whether there is a field of this name.
    package func has(_ name: FieldName) -> Bool { present & name.bit != 0 }

    /// Whether there is more than one field of this name.
    package func isRepeated(_ name: FieldName) -> Bool { repeated & name.bit != 0 }

    mutating func append(_ field: HeaderField) {
        if let known = field.known {
            repeated |= present & known.bit
            present |= known.bit
        }
        fields.append(field)
    }

    mutating func clear() {
        method = .other
        methodRange = 0..<0
        target = 0..<0
        path = 0..<0
        query = nil
        authority = nil
        minorVersion = 1
        fields.removeAll(keepingCapacity: true)
        framing = .none
        keepsAlive = true
        expectsContinue = false
        present = 0
        repeated = 0
    }
}
