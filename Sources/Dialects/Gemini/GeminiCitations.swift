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
        var cited = text.map { CitedText($0) }
        for support in supports.elements {
            guard let indices = support["groundingChunkIndices"] else { continue }
            let range = support["segment"].flatMap { cited?.place($0) }
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
        var cited = text.map { CitedText($0) }
        for source in sources.elements {
            citations.append(
                Citation(
                    url: source["uri"]?.string, title: source["title"]?.string, range: cited?.place(source),
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
}

extension Citation {
    /// What tells it from others of the same answer.
    var identity: String { "\(url ?? "") \(title ?? "") \(range.map { "\($0)" } ?? "") \(text ?? "")" }
}
