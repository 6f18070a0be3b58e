/// JSON text that travels as written: schemas, tool arguments, options that only one provider knows.
///
/// Whoever makes one vouches that it is one well-formed JSON value; encoders copy it unread.
package struct RawJSON: Sendable, Hashable {
    package var text: String

    package init(_ text: String) {
        self.text = text
    }
}
