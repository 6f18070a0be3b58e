/// A well-formed text whose value is not what was expected: where, what, and what stood there instead.
package struct JSONDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The value's place in the words of the text, `messages[2].content`; empty for the whole text.
    package let path: String
    /// What should have been there, as a noun phrase: `a string`.
    package let expected: String
    /// What was there: `a number`; `nothing` for a missing member.
    package let found: String
    /// The byte of the text at which the found value, or the object that lacks the member, begins.
    package let offset: Int

    package init(path: String, expected: String, found: String, offset: Int) {
        self.path = path
        self.expected = expected
        self.found = found
        self.offset = offset
    }

    package var description: String {
        "expected \(expected)\(path.isEmpty ? "" : " at \(path)"), found \(found)"
    }
}
