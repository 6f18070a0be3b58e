import Completions
import JSONText

extension JSONWriter {
    /// A value that travels as written.
    mutating func raw(_ json: RawJSON) {
        raw(json.text.utf8.span)
    }

    /// A member that travels as written. A nil value writes nothing.
    mutating func member(_ name: StaticString, _ json: RawJSON?) {
        guard let json else { return }
        key(name)
        raw(json)
    }
}
