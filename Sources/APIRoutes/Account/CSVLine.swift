import Accounting
import Buffers

/// Appends one line of comma-separated values (RFC 4180), a field after the other.
///
/// Callers choose some of the texts, and spreadsheets run what looks like a formula. So a text that begins like one gets
/// an apostrophe in front, which spreadsheets take for the mark of a text. Numbers are left as they are.
struct CSVLine: ~Copyable {
    private var out: ByteBuffer
    private var isFirst = true

    /// Appends to `output` the line that `body` writes.
    static func append(to output: inout ByteBuffer, _ body: (inout CSVLine) -> Void) {
        var line = CSVLine(out: output)
        output = ByteBuffer()
        body(&line)
        line.out.append("\r\n")
        output = line.out
    }

    private init(out: consuming ByteBuffer) {
        self.out = out
    }

    mutating func field(_ text: String?) {
        separate()
        guard let text, let first = text.unicodeScalars.first else { return }
        let isFormula = Self.formulaMarks.contains(first)
        let mustQuote = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
        }
        if mustQuote { out.append(UInt8(ascii: "\"")) }
        if isFormula { out.append(UInt8(ascii: "'")) }
        guard mustQuote else { return out.append(text: text) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { out.append(UInt8(ascii: "\"")) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
    }

    /// What formulas begin with; full-width forms count because spreadsheets of East Asia take them for the usual ones.
    private static let formulaMarks: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    mutating func field(_ number: Int?) {
        separate()
        if let number { out.append(decimal: number) }
    }

    mutating func field(_ amount: Credits?) {
        separate()
        amount?.append(to: &out)
    }

    mutating func field(_ flag: Bool) {
        separate()
        out.append(flag ? "true" : "false")
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { out.append(UInt8(ascii: ",")) }
    }
}
