import JSONText
import Testing

@Suite struct JSONDecodingTests {
    let scanner = JSONScanner()

    func message(_ body: (JSONValue) throws(JSONDecodingError) -> Void, _ text: String) throws -> String {
        let value = try scanner.scan(copying: text)
        do {
            try body(value)
        } catch {
            return "\(error) (\(error.offset))"
        }
        return "no error"
    }

    @Test func namesThePathTheExpectationAndWhatWasFound() throws {
        let text = #"{"messages":[{"role":"user"},{"content":[{"type":7}]}],"n":1.5,"s":""}"#
        #expect(
            try message(
                { (v) throws(JSONDecodingError) in
                    _ = try v["messages"]![1]!["content"]![0]!.required("type").asString()
                }, text)
                == "expected a string at messages[1].content[0].type, found the number 7 (49)")
        #expect(
            try message(
                { (v) throws(JSONDecodingError) in _ = try v["messages"]![1]!.required("role", "a role") }, text)
                == "expected a role at messages[1].role, found nothing (29)")
        #expect(
            try message({ (v) throws(JSONDecodingError) in _ = try v.required("n").asInteger() }, text)
                == "expected an integer at n, found the number 1.5 (59)")
        #expect(
            try message({ (v) throws(JSONDecodingError) in _ = try v.required("s").asObject() }, text)
                == "expected an object at s, found an empty string (67)")
        #expect(
            try message({ (v) throws(JSONDecodingError) in _ = try v.asArray() }, text)
                == "expected an array, found an object (0)")
        #expect(
            try message({ (v) throws(JSONDecodingError) in _ = try v.required("x") }, "[1]")
                == "expected an object, found an array (0)")
    }

    @Test func checksRanges() throws {
        let value = try scanner.scan(copying: "[0,1,2,3.0,2.5,\"1\"]")
        #expect(try value[1]!.asInteger(in: 1...2) == 1)
        #expect(try value[3]!.asInteger(in: 1...3) == 3)
        #expect(try value[4]!.asDouble(in: 0...2.5) == 2.5)
        #expect(
            throws: JSONDecodingError(path: "[0]", expected: "an integer from 1 to 2", found: "the number 0", offset: 1)
        ) {
            try value[0]!.asInteger(in: 1...2)
        }
        #expect(
            throws: JSONDecodingError(
                path: "[0]", expected: "an integer of at least 1", found: "the number 0", offset: 1)
        ) {
            try value[0]!.asInteger(in: 1...Int64.max)
        }
        #expect(throws: JSONDecodingError.self) { try value[4]!.asDouble(in: 0...2) }
        #expect(throws: JSONDecodingError.self) { try value[5]!.asInteger(in: 0...2) }
        #expect(throws: JSONDecodingError.self) { try value[5]!.asDouble() }
        #expect(throws: JSONDecodingError.self) { try value[5]!.asBool() }
    }

    @Test func treatsNullAsAbsentWhereAsked() throws {
        let value = try scanner.scan(copying: #"{"a":null,"b":true,"c":"x"}"#)
        #expect(value.optional("a") == nil)
        #expect(value.optional("z") == nil)
        #expect(try value.optional("b")?.asBool() == true)
        #expect(try value.required("a").isNull)
        #expect(try value.required("c").asString() == "x")
    }
}
