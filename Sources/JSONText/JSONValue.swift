import CSimdJSON

/// A value of a scanned text: a view, two words wide, that owns nothing.
///
/// It is valid until its scanner scans again and while the scanned bytes stay where they are.
@safe package struct JSONValue {
    let text: UnsafePointer<UInt8>
    let node: UnsafePointer<martlet_json_node>

    package enum Kind: UInt8, Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    package var kind: Kind {
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
    package var range: Range<Int> { Int(node.pointee.start)..<Int(node.pointee.end) }

    /// Members of an object, elements of an array, else 0.
    package var count: Int {
        isContainer ? Int(node.pointee.info >> UInt32(martlet_json_count_shift)) : 0
    }

    package var isObject: Bool { has(martlet_json_kind_object) }
    package var isArray: Bool { has(martlet_json_kind_array) }
    package var isString: Bool { has(martlet_json_kind_string) }
    package var isNumber: Bool { has(martlet_json_kind_number) }
    package var isNull: Bool { has(martlet_json_kind_null) }
    /// Whether this is the string `""`.
    package var isEmptyString: Bool { isString && node.pointee.end - node.pointee.start == 2 }

    package var bool: Bool? {
        has(martlet_json_kind_true) ? true : has(martlet_json_kind_false) ? false : nil
    }

    /// The value's source text, for messages and tests.
    package var rawText: String { String(decoding: rawBytes, as: UTF8.self) }

    /// The value's source bytes; a string with its quotes. Valid as long as the scanned bytes are.
    package var rawBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text + Int(node.pointee.start), count: Int(node.pointee.end - node.pointee.start))
    }

    /// Calls `body` with the value's source bytes.
    package func withRawSpan<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(Span(_unsafeBytes: rawBytes))
    }

    func has(_ kind: martlet_json_kind) -> Bool {
        node.pointee.info & UInt32(martlet_json_kind_mask) == kind.rawValue
    }

    private var isContainer: Bool {
        node.pointee.info & UInt32(martlet_json_kind_mask) <= martlet_json_kind_array.rawValue
    }
}
