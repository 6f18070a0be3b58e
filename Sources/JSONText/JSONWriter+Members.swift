extension JSONWriter {
    /// A member: its name, which needs no escapes, and its value. A nil value writes nothing.
    package mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        key(name)
        integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        key(name)
        integer(value)
    }

    package mutating func member(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        key(name)
        double(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        key(name)
        bool(value)
    }

    /// A member whose value is a scanned value, as its source stands.
    package mutating func member(_ name: StaticString, raw value: JSONValue?) {
        guard let value else { return }
        key(name)
        raw(value)
    }

    package mutating func member(_ name: StaticString, nanos value: Int64?) {
        guard let value else { return }
        key(name)
        decimal(nanos: value)
    }

    package mutating func memberNull(_ name: StaticString) {
        key(name)
        null()
    }

    package mutating func memberObject<E: Error>(
        _ name: StaticString, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        key(name)
        try object(body)
    }

    package mutating func memberArray<E: Error>(
        _ name: StaticString, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        key(name)
        try array(body)
    }
}
