import Buffers
import Testing

@testable import JSONText

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct JSONScannerBoundsTests {
    let scanner = JSONScanner()

    @Test func nestsUpToTheLimitAndNoFurther() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let core = open == "[" ? "" : "1"
            func text(_ depth: Int) -> String {
                String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
            }
            #expect((try? scanner.scan(copying: text(JSONLimits.depth))) != nil)
            let offset = JSONLimits.depth * open.utf8.count
            #expect(throws: JSONError(kind: .tooDeep, offset: offset)) {
                try scanner.scan(copying: text(JSONLimits.depth + 1))
            }
        }
        let endless = String(repeating: "[", count: 1 << 20)
        #expect(throws: JSONError(kind: .tooDeep, offset: JSONLimits.depth)) { try scanner.scan(copying: endless) }
    }

    @Test func countsOnlyOpenContainersAsDepth() throws {
        let text = "[" + Array(repeating: "[[]]", count: 2000).joined(separator: ",") + "]"
        #expect(try scanner.scan(copying: text).count == 2000)
    }

    @Test func refusesNumbersThatAreTooLong() throws {
        for shape in ["1", "-1", "0.", "1e"] {
            let fitting = shape + String(repeating: "1", count: JSONLimits.numberBytes - shape.utf8.count)
            #expect(try scanner.scan(copying: "[\(fitting)]")[0]?.rawText == fitting)
            #expect(throws: JSONError(kind: .numberTooLong, offset: 1)) { try scanner.scan(copying: "[\(fitting)1]") }
        }
    }

    @Test func refusesTextsThatAreTooLong() throws {
        let bytes = [UInt8](repeating: 0x20, count: JSONLimits.textBytes + 1)
        #expect(throws: JSONError(kind: .tooLarge, offset: JSONLimits.textBytes)) {
            try scanner.scan(copying: bytes.span)
        }
    }

    @Test func holdsTheDensestTextsAndGivesTheMemoryBack() throws {
        let small = scanner.retainedBytes
        #expect(small < 64 << 10)
        for element in ["1", "[]", "{\"\":0}", "\"\""] {
            let text = "[" + Array(repeating: element, count: 500_000).joined(separator: ",") + "]"
            let value = try scanner.scan(copying: text)
            #expect(value.count == 500_000)
            #expect(value[499_999]?.rawText == element)
            #expect(scanner.retainedBytes <= text.utf8.count * 14, "more working memory than documented")
            _ = try scanner.scan(copying: "[]")
            #expect(scanner.retainedBytes <= 3 * JSONLimits.retainedBytes)
        }
    }

    @Test func holdsAsManyValuesAsTheLimitAndNoMore() throws {
        func text(_ ones: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: UInt8(ascii: ","), count: 2 * ones + 1)
            for index in 0..<ones { bytes[2 * index + 1] = UInt8(ascii: "1") }
            bytes[0] = UInt8(ascii: "[")
            bytes[2 * ones] = UInt8(ascii: "]")
            return bytes
        }
        // The array is a value too.
        #expect(try scanner.scan(copying: text(JSONLimits.values - 1).span).count == JSONLimits.values - 1)
        #expect(throws: JSONError(kind: .tooManyValues, offset: 2 * JSONLimits.values - 1)) {
            try scanner.scan(copying: text(JSONLimits.values).span)
        }
        let millions = JSONLimits.values / 1_000_000
        #expect("\(JSONError(kind: .tooManyValues, offset: 1))" == "more than \(millions) million values at byte 1")
    }

    /// Where a scanner that takes four values meets the fifth; what stands in strings is none.
    @Test(
        arguments: [
            ("[1,2,3]", nil), ("[1,2,3,4]", 7), (" [ 1 , 2 , 3 , -4e5 ] ", 15), (#"{"a":1,"b":2}"#, 11),
            (#"{"a":"b","":""}"#, 12), ("[[],{},[]]", nil), ("[[],{},[],[]]", 10), (#"["[,{:}]","\"1,2",true]"#, nil),
            (#"["\\",1,2,3]"#, 10), (#"["\\\"",1,2,null]"#, 12), (#"["\"[[[[[[[[[[[[[[[[[["]"#, nil),
            (#"["unterminated"# + ",[[[[[[[[[[[[", nil), ("]]]]]]]]]]]]", nil), ("]]]]]]]]]]]]]", 12),
            ("[true,false,null,0]", 17), ("[1 ,\n2\t,\r3]", nil),
        ] as [(String, Int?)])
    func countsValuesBeforeItMakesRoomForThem(_ text: String, _ excess: Int?) {
        var found: Int?
        do throws(JSONError) {
            _ = try JSONScanner(values: 4).scan(copying: text)
        } catch {
            if error.kind == .tooManyValues { found = error.offset }
        }
        #expect(found == excess)
    }

    @Test func asksToBeTrimmedAfterLargeTextsAlone() throws {
        var calls = 0
        scanner.onLargeText = { calls += 1 }
        let small = "[" + Array(repeating: "1", count: 1000).joined(separator: ",") + "]"
        _ = try scanner.scan(copying: small)
        #expect(calls == 0)
        let large = "[" + Array(repeating: "1", count: 500_000).joined(separator: ",") + "]"
        _ = try scanner.scan(copying: large)
        #expect(calls == 1)
        #expect(scanner.retainedBytes > JSONLimits.retainedBytes)
        scanner.trim()
        #expect(scanner.retainedBytes <= JSONLimits.retainedBytes)
        #expect(try scanner.scan(copying: small).count == 1000)
        #expect(calls == 1)
    }

    /// Refused in the first stage, where simdjson's index is full, and in the second, where the nodes are.
    @Test(arguments: ["\u{1}\"", "\"a\u{1}\"", "", ",]"])
    func keepsNothingOfALargeTextThatItRefuses(_ end: String) {
        let text = Array(("[" + Array(repeating: "1", count: 500_000).joined(separator: ",") + end).utf8)
        #expect(throws: JSONError.self) { try scanner.scan(copying: text.span) }
        #expect(scanner.retainedBytes <= JSONLimits.retainedBytes + 2 * text.count, "more than the copy of the text")
    }

    /// The text ends 64 bytes before a page that may not be touched; what follows it would change the result if read
    /// as text.
    @Test func readsNoFurtherThanThePadding() throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let area = mmap(nil, page * 3, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
        defer { munmap(area, page * 3) }
        #expect(mprotect(area + page * 2, page, PROT_NONE) == 0)
        let texts = [
            "1", "12", "true", "false", "null", "\"a\"", "\"abc\\n\"", "[1]", "{\"a\":\"b\"}", "-1.5e3", "[", "[1",
            "[\"a",
            "tru", "fals", "nul", "t", "-", "1.", "1e", "\"", "\"\\", "\"\\u", "\"\\u00", "{\"a\"", "{\"a\":", "  ",
            "\"" + String(repeating: "x", count: 200) + "\"", "\"" + String(repeating: "\\n", count: 50) + "\"",
            "[" + String(repeating: "1,", count: 100) + "1]", "\"" + String(repeating: "é", count: 63) + "\"",
        ]
        for text in texts {
            for filler in ["0", "1", "]", "\"", " ", "\\", "e", "}", "l"] {
                let bytes = Array(text.utf8)
                let start = area + page * 2 - ByteBuffer.padding - bytes.count
                memcpy(start, bytes, bytes.count)
                memset(start + bytes.count, Int32(filler.utf8.first!), ByteBuffer.padding)
                let raw = UnsafeRawBufferPointer(start: start, count: bytes.count)
                let value = try? scanner.scan(Span(_unsafeBytes: raw))
                #expect(value.map { ReferenceJSON($0) } == ReferenceJSON.parse(text), "\(text) before \(filler)")
            }
        }
    }
}
