import JSONText

/// Members that are always there, be they null.
extension JSONWriter {
    mutating func nullable(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    mutating func nullable(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    mutating func nullable(_ name: StaticString, _ value: Double?) {
        key(name)
        if let value { double(value) } else { null() }
    }

    /// An amount of nano-dollars as plain dollars.
    mutating func nullable(_ name: StaticString, nanos: Int64?) {
        key(name)
        if let nanos { decimal(nanos: nanos) } else { null() }
    }

    /// JSON text as it is.
    mutating func nullable(_ name: StaticString, json text: String?) {
        key(name)
        if let text { raw(text.utf8Span.span) } else { null() }
    }

    mutating func strings(_ values: [String]) {
        array { json in
            for value in values { json.string(value) }
        }
    }
}
