import Activity
import Buffers
import TestSupport
import Testing

@Suite struct GenerationIDTests {
    @Test func hasTheDocumentedForm() {
        var generator = SeededGenerator(seed: 9)
        let id = GenerationID(unixMs: 1_767_323_045_678, using: &generator)
        #expect(id.description.hasPrefix("gen-1767323045-Aw"), "678 is 10 and 58 in base 62")
        #expect(id.description.utf8.count == GenerationID.byteCount)
        #expect(GenerationID(id.description) == id)
        #expect(GenerationID(unixMs: 1_767_323_045_678, using: &generator) != id)
        var output = ByteBuffer()
        id.append(to: &output)
        #expect(output.text == id.description)
    }

    @Test func isOrderedByTime() {
        var generator = SeededGenerator(seed: 10)
        let early = GenerationID(unixMs: 1_767_323_045_678, using: &generator)
        for later: Int64 in [1, 10, 61, 62, 321, 322, 1000, 1_000_000] {
            let late = GenerationID(unixMs: 1_767_323_045_678 + later, using: &generator)
            #expect(early.description < late.description)
        }
        #expect(GenerationID(unixMs: -5, using: &generator).description.hasPrefix("gen-1000000000-"))
        #expect(GenerationID(unixMs: .max, using: &generator).description.hasPrefix("gen-9999999999-"))
    }

    @Test func doesNotRepeat() {
        var generator = SeededGenerator(seed: 11)
        var seen: Set<GenerationID> = []
        for _ in 0..<10_000 { seen.insert(GenerationID(unixMs: 1_767_323_045_678, using: &generator)) }
        #expect(seen.count == 10_000)
    }

    @Test(arguments: [
        "", "gen-", "gen-1767323045-", "gen-1767323045-0123456789abcdefghi", "gen-1767323045-0123456789abcdefghijk",
        "gen-0767323045-0123456789abcdefghij", "gen-176732304x-0123456789abcdefghij",
        "gem-1767323045-0123456789abcdefghij", "gen-1767323045-0123456789abcdefgh-j",
        "gen_1767323045-0123456789abcdefghij", "gen-1767323045_0123456789abcdefghij",
        "gen-1767323045-0123456789abcdefgh\u{e9}",
    ])
    func refusesOtherForms(text: String) {
        #expect(GenerationID(text) == nil)
    }
}
