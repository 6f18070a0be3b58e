import JSONText
import Testing

@Suite struct JSONRepeatedKeyTests {
    let scanner = JSONScanner()

    @Test func comparesUnescapedNames() throws {
        for text in [
            #"{"model":1,"model":2}"#, #"{"model":1,"m\u006fdel":2}"#, #"{"m\u006fdel":1,"x":0,"mode\u006c":2}"#,
        ] {
            let repeated = try scanner.scan(copying: text).firstRepeatedKey
            #expect(repeated?.key.string == "model")
            #expect(repeated?.value.integer == 2)
        }
        for text in [
            #"{"model":1,"Model":2}"#, #"{"a":{"a":{"a":1}}}"#, "{}", #"{"a":1}"#, "[1,1]", #""a""#, #"{"":1," ":2}"#,
        ] {
            #expect(try scanner.scan(copying: text).firstRepeatedKey == nil)
        }
    }

    @Test(arguments: [2, 3, 15, 16, 17, 18, 33, 64, 65, 1000])
    func findsTheFirstRepetitionWhereverItIs(_ count: Int) throws {
        let keys = (0..<count).map { $0 % 3 == 0 ? "\"k\\u00\(30 + $0 % 10)\($0)\"" : "\"key\($0)\"" }
        func object(_ keys: [String]) -> String { "{" + keys.map { "\($0):{\"x\":[1]}" }.joined(separator: ",") + "}" }
        #expect(try scanner.scan(copying: object(keys)).firstRepeatedKey == nil)
        for (first, second) in [(0, count - 1), (count / 2, count - 1), (0, 1), (count - 2, count - 1)]
        where first < second {
            var repeated = keys
            repeated[second] = repeated[first]
            let value = try scanner.scan(copying: object(repeated))
            #expect(value.firstRepeatedKey?.range == Array(value.members)[second].range)
        }
    }
}
