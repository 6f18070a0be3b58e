import Completions
import JSONText

/// Sources of an answer. Google counts places in bytes of UTF-8, callers in code points. Source: wire spec 8.
enum GeminiCitations {
    /// What searches and documents found: one citation for each source of each supported stretch of text, or the
    /// sources alone where no stretch is named.
    ///
    /// - Parameter text: the visible text so far; nil where it was not kept.
    static func grounding(_ metadata: JSONValue, text: [UInt8]?) -> [Citation] {
        guard let chunks = metadata["groundingChunks"], chunks.count > 0 else { return [] }
        var citations: [Citation] = []
        let supports = metadata["groundingSupports"]
        guard let supports, supports.count > 0 else {
            for chunk in chunks.elements { citations.append(citation(chunk, nil)) }
            return citations
        }
        for support in supports.elements {
            guard let indices = support["groundingChunkIndices"] else { continue }
            let range = support["segment"].flatMap { place($0, text) }
            for index in indices.elements {
                guard let number = index.integer, let chunk = Int(exactly: number).flatMap({ chunks[$0] }) else {
                    continue
                }
                citations.append(citation(chunk, range))
            }
        }
        return citations
    }

    /// What the answer repeats from somewhere: `citationMetadata`.
    static func recitation(_ metadata: JSONValue, text: [UInt8]?) -> [Citation] {
        guard let sources = metadata["citations"] ?? metadata["citationSources"] else { return [] }
        var citations: [Citation] = []
        for source in sources.elements {
            citations.append(
                Citation(
                    url: source["uri"]?.string, title: source["title"]?.string, range: place(source, text),
                    native: native(source)))
        }
        return citations
    }

    private static func citation(_ chunk: JSONValue, _ range: Range<Int>?) -> Citation {
        let source = chunk["web"] ?? chunk["retrievedContext"] ?? chunk["maps"] ?? chunk["image"] ?? chunk
        return Citation(
            url: (source["uri"] ?? source["sourceUri"])?.string, title: source["title"]?.string,
            text: source["text"]?.string, range: range, native: native(chunk))
    }

    private static func native(_ value: JSONValue) -> NativeItem {
        NativeItem(dialect: GeminiRequestWriter.dialect, json: RawJSON(value.compactText))
    }

    /// Where a segment stands, in code points. The bytes that its offsets name must be the text it quotes; where they
    /// are not (offsets of one part among several), the quotation is searched for.
    private static func place(_ segment: JSONValue, _ text: [UInt8]?) -> Range<Int>? {
        guard let text else { return nil }
        let start = segment["startIndex"]?.integer ?? 0
        let end = segment["endIndex"]?.integer ?? 0
        let quoted = segment["text"]?.string.map { Array($0.utf8) }
        if 0 <= start, start < end, end <= text.count {
            let bytes = Int(start)..<Int(end)
            if quoted.map({ $0.elementsEqual(text[bytes]) }) ?? true { return codePoints(bytes, text) }
        }
        guard let quoted, !quoted.isEmpty, let found = find(quoted, text) else { return nil }
        return codePoints(found..<found + quoted.count, text)
    }

    private static func find(_ needle: [UInt8], _ text: [UInt8]) -> Int? {
        guard needle.count <= text.count else { return nil }
        for start in 0...(text.count - needle.count) where text[start] == needle[0] {
            if text[start..<start + needle.count].elementsEqual(needle) { return start }
        }
        return nil
    }

    private static func codePoints(_ bytes: Range<Int>, _ text: [UInt8]) -> Range<Int> {
        let before = count(text[..<bytes.lowerBound])
        return before..<before + count(text[bytes])
    }

    /// Code points that begin in these bytes.
    private static func count(_ bytes: ArraySlice<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }
}

extension Citation {
    /// What tells it from others of the same answer.
    var identity: String { "\(url ?? "") \(title ?? "") \(range.map { "\($0)" } ?? "") \(text ?? "")" }
}
