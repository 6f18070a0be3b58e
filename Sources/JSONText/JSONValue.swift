package import CSimdJSON

/// A value of a scanned text: a view, two words wide, that owns nothing.
///
/// It is valid until its scanner scans again and while the scanned bytes stay where they are.
@safe package struct JSONValue {
    @usableFromInline let text: UnsafePointer<UInt8>
    @usableFromInline let node: UnsafePointer<martlet_json_node>

    @inlinable
    init(text: UnsafePointer<UInt8>, node: UnsafePointer<martlet_json_node>) {
        self.text = text
        self.node = node
    }

    package enum Kind: UInt8, Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    @inlinable package var kind: Kind {
        switch node.pointee.info & UInt32(martlet_json_kind_mask) {
        case 0: .object
        case 1: .array
        case 2: .string
        case 3: .number
        case 4: .true
        case 5: .false
        default: .null
        }
    }

    /// Where the value stands in the scanned bytes; a string with its quotes.
    @inlinable package var range: Range<Int> { Int(node.pointee.start)..<Int(node.pointee.end) }

    /// Members of an object, elements of an array, else 0.
    @inlinable package var count: Int {
        isContainer ? Int(node.pointee.info >> UInt32(martlet_json_count_shift)) : 0
    }

    @inlinable package var isObject: Bool { has(martlet_json_kind_object) }
    @inlinable package var isArray: Bool { has(martlet_json_kind_array) }
    @inlinable package var isString: Bool { has(martlet_json_kind_string) }
    @inlinable package var isNumber: Bool { has(martlet_json_kind_number) }
    @inlinable package var isNull: Bool { has(martlet_json_kind_null) }
    /// Whether this is the string `""`.
    @inlinable package var isEmptyString: Bool { isString && node.pointee.end - node.pointee.start == 2 }

    @inlinable package var bool: Bool? {
        has(martlet_json_kind_true) ? true : has(martlet_json_kind_false) ? false : nil
    }

    /// The value's source text, for messages and tests.
    package var rawText: String { String(decoding: rawBytes, as: UTF8.self) }

    /// The value's source bytes; a string with its quotes. Valid as long as the scanned bytes are.
    @inlinable package var rawBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text + Int(node.pointee.start), count: Int(node.pointee.end - node.pointee.start))
    }

    /// Calls `body` with the value's source bytes.
    package func withRawSpan<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(Span(_unsafeBytes: rawBytes))
    }

    @inlinable func has(_ kind: martlet_json_kind) -> Bool {
        node.pointee.info & UInt32(martlet_json_kind_mask) == kind.rawValue
    }

    @inlinable var isContainer: Bool {
        node.pointee.info & UInt32(martlet_json_kind_mask) <= martlet_json_kind_array.rawValue
    }
}
