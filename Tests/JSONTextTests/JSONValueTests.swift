import Buffers
import JSONText
import Testing

@Suite struct JSONValueTests {
    let scanner = JSONScanner()

    @Test func looksUpMembersAndElements() throws {
        let value = try scanner.scan(
            copying: #"{"model":"gpt","m\u006fre": [1, {"x":null}, "a\nb"], "n":-3.50e1,"t":true , "f":false}"#)
        #expect(value.kind == .object)
        #expect(value.count == 5)
        #expect(value["model"]?.equals("gpt") == true)
        #expect(value["model"]?.range == 9..<14)
        #expect(value["more"]?.count == 3)
        #expect(value["more"]?[1]?["x"]?.isNull == true)
        #expect(value["more"]?[2]?.string == "a\nb")
        #expect(value["more"]?[3] == nil)
        #expect(value["n"]?.integer == -35)
        #expect(value["n"]?.rawText == "-3.50e1")
        #expect(value["t"]?.bool == true)
        #expect(value["f"]?.bool == false)
        #expect(value["absent"] == nil)
        #expect(value["model"]?["x"] == nil)
        #expect(value.members.map(\.key.string) == ["model", "more", "n", "t", "f"])
        #expect(value["more"]!.elements.map(\.rawText) == ["1", #"{"x":null}"#, #""a\nb""#])
        #expect(value["more"]?[1]?["x"]?.path == "more[1].x")
        #expect(value.path.isEmpty)
    }
}
