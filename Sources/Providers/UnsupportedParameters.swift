import Completions

/// Finds which fields of a request an error says that the provider does not take.
///
/// `error.param` is believed where it is there. Elsewhere only what a sentence sets apart as a name counts: a word in
/// quotes, a word that no prose has (`top_k`, `topK`), or one behind "parameter", "argument" and their like. What stands
/// behind "use" is advice, and names what would be right.
enum UnsupportedParameters {
    static func named(by error: UpstreamErrorBody?) -> RequestFieldSet {
        guard let error else { return RequestFieldSet() }
        if !error.extraFields.isEmpty { return RequestFieldSet(names: error.extraFields) }
        if let param = error.param { return RequestFieldSet(names: [snakeCase(topLevel(param))]) }
        return error.message.map(inSentence) ?? RequestFieldSet()
    }

    /// The member of the request that a path leads into: of `reasoning.effort` it is `reasoning`.
    private static func topLevel(_ path: String) -> Substring {
        path.prefix { $0 != "." && $0 != "[" && $0 != "/" }
    }

    static func inSentence(_ sentence: String) -> RequestFieldSet {
        let bytes = Array(sentence.utf8)
        var names: [String] = []
        var before: ArraySlice<UInt8> = []
        var index = 0
        while index < bytes.count {
            guard isWordByte(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
            let word = bytes[start..<index]
            if equals(word, "use"), !before.isEmpty { break }
            if isName(word, after: before, bytes[..<start]) {
                names.append(snakeCase(Substring(decoding: word, as: UTF8.self)))
            }
            before = word
        }
        return RequestFieldSet(names: names)
    }

    /// - Parameters:
    ///   - previous: the word before it; empty for the first.
    ///   - before: everything before it.
    private static func isName(
        _ word: ArraySlice<UInt8>, after previous: ArraySlice<UInt8>, _ before: ArraySlice<UInt8>
    ) -> Bool {
        guard let last = before.last else { return !isUpper(word[word.startIndex]) }
        // The end of a path is a name within something else, except in the body itself.
        if last == UInt8(ascii: ".") || last == UInt8(ascii: "/") { return equals(previous, "body") }
        let isNoProse = word.contains { $0 == UInt8(ascii: "_") || isUpper($0) } && !isUpper(word[word.startIndex])
        if isNoProse { return true }
        switch last {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): return true
        default:
            return ["parameter", "parameters", "argument", "field", "property", "supplied"].contains {
                equals(previous, $0)
            }
        }
    }

    private static func equals(_ word: ArraySlice<UInt8>, _ text: String) -> Bool {
        word.elementsEqual(text.utf8) { ($0 | 0x20) == $1 }
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// `topK` as `top_k`.
    private static func snakeCase(_ name: Substring) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if isUpper(byte), !bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
            bytes.append(isUpper(byte) ? byte | 0x20 : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
