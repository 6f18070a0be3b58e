import Buffers
import Completions
import JSONText

extension String {
    /// The JSON that `body` writes.
    static func json(_ body: (inout JSONWriter) -> Void) -> String {
        var out = ByteBuffer()
        out.appendJSON(body)
        return out.text
    }
}

extension RawJSON {
    /// On one line, as an event of a stream must be: line ends are only white space in JSON.
    var onOneLine: RawJSON {
        guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
        return RawJSON(String(decoding: text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self))
    }
}
