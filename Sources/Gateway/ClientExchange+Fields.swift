package import HTTPClient
import HTTPWire

extension ClientExchange {
    /// A field of the response by its known name, as text.
    func text(_ name: FieldName) -> String? {
        head.first(name).map(text)
    }

    /// A field of the response by any name in lower case. Not for the hot path.
    package func header(_ name: StaticString) -> String? {
        for field in head.fields where headBytes.matchesIgnoringCase(field.name, name) { return text(field.value) }
        return nil
    }

    private func text(_ range: Range<Int>) -> String {
        headBytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }
}
