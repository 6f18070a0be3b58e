import Buffers
import TestSupport
import Testing

@Suite struct HelperTests {
    @Test func seededNumbersAreTheReferenceOnes() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test func theClockMovesOnlyWhenTold() {
        let clock = ManualClock(nowMs: 5, unixMs: 100)
        clock.advance(byMs: 10)
        clock.jump(toUnixMs: 7)
        #expect(clock.nowMs == 15)
        #expect(clock.unixMs == 7)
    }

    @Test func splitsCoverEveryCut() {
        let bytes = Array("abc".utf8)
        #expect(Splits.all(bytes).count == 5)
        #expect(Splits.all(bytes).allSatisfy { $0.flatMap { $0 } == bytes })
        #expect(Splits.pieces(bytes, of: 2).map(\.count) == [2, 1])
        var seen: [String] = []
        Splits.feed(Splits.pieces(bytes, of: 2)) { buffer, atEnd in seen.append(buffer.text + (atEnd ? "." : "")) }
        #expect(seen == ["ab", "abc", "abc."])
    }

    @Test(
        arguments: [
            (#"{"a":1,"b":[1,2.0]}"#, #"{ "b":[1,2], "a":1 }"#, nil),
            (#"{"a":"é"}"#, #"{"a":"\u00e9"}"#, nil),
            (#"{"a":1}"#, #"{"a":true}"#, "$.a is 1, expected true"),
            (#"{"a":{"b":[1,2]}}"#, #"{"a":{"b":[1,3]}}"#, "$.a.b[1] is 2, expected 3"),
            (#"{"a":1}"#, #"{"a":1,"c":null}"#, "$.c is missing, expected null"),
            (#"{"a":1,"c":null}"#, #"{"a":1}"#, "$.c is null, expected no such key"),
            (#"[1]"#, #"[1,2]"#, "$ has 1 elements, expected 2"),
            (#"{"#, #"{}"#, "the actual text is no JSON: {"),
        ] as [(String, String, String?)])
    func jsonIsComparedAsValues(_ actual: String, _ expected: String, _ difference: String?) {
        #expect(JSONComparison.difference(actual, expected) == difference)
    }

    @Test func jsonValuesAreFoundByPath() {
        #expect(JSONComparison.value(at: "a.0.b", in: #"{"a":[{"b":"x"}]}"#) == #""x""#)
        #expect(JSONComparison.value(at: "a.1", in: #"{"a":[1]}"#) == nil)
    }
}
