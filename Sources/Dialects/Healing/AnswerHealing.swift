import Buffers
package import Completions
import JSONText

/// Mends the texts of one whole answer, and counts them. Confined to its call.
package final class AnswerHealing {
    /// How many choices were mended.
    package private(set) var count = 0

    package init() {}

    /// The content of a choice, mended; nil where it stays.
    ///
    /// An answer that reached its limit is cut off: closing its brackets would hide that.
    func mended(_ content: JSONValue?, _ reason: FinishReason) -> String? {
        guard let content, reason == .stop else { return nil }
        var written = ByteBuffer()
        Optional(content).writeText(into: &written)
        let scanner = JSONScanner()
        guard let text = (try? scanner.scan(copying: written.span))?.string, let mended = JSONHealer.mended(text)
        else { return nil }
        count += 1
        return mended
    }

    /// Mends the text of each choice. Where it stands in several pieces, it stands in the first of them after that.
    package func mend(_ answer: inout CompletionAnswer) {
        for index in answer.choices.indices where answer.choices[index].finishReason ?? .stop == .stop {
            var text = ""
            for case .text(let item) in answer.choices[index].items { text += item.text }
            guard let mended = JSONHealer.mended(text) else { continue }
            count += 1
            var rest: String? = mended
            for place in answer.choices[index].items.indices {
                guard case .text(var item) = answer.choices[index].items[place] else { continue }
                item.text = rest ?? ""
                rest = ""
                answer.choices[index].items[place] = .text(item)
            }
        }
    }
}
