import Completions
import Testing

@testable import Dialects

@Suite("Thoughts in tags")
struct ThinkTagTests {
    /// What the pieces come to: thoughts and text, each joined.
    static func split(_ pieces: [String]) -> (thoughts: String, text: String) {
        var splitter = ThinkTagSplitter()
        var result = (thoughts: "", text: "")
        for piece in pieces.flatMap({ splitter.take($0) }) + splitter.atEnd() {
            switch piece {
            case .text(let text): result.text += text
            case .reasoning(let text): result.thoughts += text
            }
        }
        return result
    }

    @Test(
        "are told from the text wherever the stream is cut",
        arguments: [
            ("<think>Hm. 1 < 2</think>\n\nYes.", "Hm. 1 < 2", "Yes."),
            ("\n <think>\nzwölf</thin</think>Ja <think>x</think>", "\nzwölf</thin", "Ja <think>x</think>"),
            ("<think></think>Yes.", "", "Yes."),
            ("<think>never closed</thi", "never closed</thi", ""),
            ("<thinking>Yes.", "", "<thinking>Yes."),
            ("Yes <think>no</think>", "", "Yes <think>no</think>"),
            ("<thi", "", "<thi"),
            ("  ", "", "  "),
            ("", "", ""),
        ])
    func everySplit(whole: String, thoughts: String, text: String) {
        let characters = Array(whole.unicodeScalars).map { String($0) }
        #expect(Self.split([whole]) == (thoughts, text))
        #expect(Self.split(characters) == (thoughts, text))
        for cut in 0...characters.count {
            let parts = [characters[..<cut].joined(), characters[cut...].joined()]
            #expect(Self.split(parts) == (thoughts, text), "\(parts)")
        }
    }

    @Test("hold back no more than may be a tag")
    func prompt() {
        var splitter = ThinkTagSplitter()
        #expect(splitter.take("<think>a") == [.reasoning("a")])
        #expect(splitter.take("b</") == [.reasoning("b")])
        #expect(splitter.take("i>c") == [.reasoning("</i>c")])
        #expect(splitter.take("</think>") == [])
        #expect(splitter.take(" d") == [.text("d")])
        #expect(splitter.take(" e") == [.text(" e")])
    }
}
