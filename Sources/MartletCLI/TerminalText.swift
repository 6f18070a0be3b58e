/// Makes text from elsewhere safe to show: what a model or a server says is data, and a terminal acts on controls (it
/// moves the cursor, renames the window, or answers by typing).
enum TerminalText {
    /// The text without C0 controls, DEL and C1 controls; line feeds and tabs stay.
    static func clean(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where isShown(scalar) { result.append(scalar) }
        return String(result)
    }

    /// The same on one line, for cells of a table and parts of a sentence.
    static func line(_ text: String) -> String {
        clean(text).split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0x7F...0x9F: false
        default: true
        }
    }
}
