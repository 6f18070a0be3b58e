import Accounting
import Buffers
import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// What providers answer, and what callers get of it.
@Suite struct EmbeddingAnswerTests {
    static func read(
        _ body: String, _ dialect: EmbeddingDialect = .openAI, inputs: Int = 2,
        encoding: EmbeddingRequest.Encoding? = nil
    ) throws -> EmbeddingAnswer {
        var request = EmbeddingRequest(model: "m", input: .texts(Array(repeating: "x", count: inputs)))
        request.encoding = encoding
        let scanner = JSONScanner()
        return try dialect.readAnswer(scanner.scan(copying: body), to: request)
    }

    private static let openAI = """
        {"object":"list","model":"e","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]},
         {"object":"embedding","index":1,"embedding":[1e-3,2]}],"usage":{"prompt_tokens":7,"total_tokens":7}}
        """

    @Test func readsOpenAI() throws {
        let answer = try Self.read(Self.openAI)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5,-0.25]")), .numbers(RawJSON("[1e-3,2]"))])
        #expect(answer.usage == TokenUsage(prompt: 7, completion: 0))
    }

    @Test func putsVectorsInTheOrderOfTheInput() throws {
        let body = #"{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":[0]}],"usage":{"total_tokens":3}}"#
        let answer = try Self.read(body)
        #expect(answer.vectors == [.numbers(RawJSON("[0]")), .numbers(RawJSON("[1]"))])
        #expect(answer.usage?.prompt == 3)
    }

    @Test func readsGemini() throws {
        let body = #"{"embeddings":[{"values":[0.5]},{"values":[0.25]}],"usageMetadata":{"promptTokenCount":4}}"#
        let answer = try Self.read(body, .gemini)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5]")), .numbers(RawJSON("[0.25]"))])
        #expect(answer.usage?.prompt == 4)
        #expect(try Self.read(#"{"embedding":{"values":[1]}}"#, .gemini, inputs: 1).usage == nil)
    }

    @Test func readsCohere() throws {
        let body = """
            {"id":"x","embeddings":{"float":[[0.5],[0.25]]},
             "meta":{"billed_units":{"input_tokens":4,"image_tokens":6,"images":1}}}
            """
        let answer = try Self.read(body, .cohere)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5]")), .numbers(RawJSON("[0.25]"))])
        #expect(answer.usage?.prompt == 10)
        #expect(answer.usage?.imagePrompt == 6)
        #expect(answer.usage?.images == 1)
        #expect(try Self.read(#"{"embeddings":[[1],[2]]}"#, .cohere).vectors.count == 2)
    }

    @Test func readsTitan() throws {
        let body = #"{"embedding":[0.5,-0.25],"embeddingsByType":{"float":[0.5,-0.25]},"inputTextTokenCount":3}"#
        let answer = try Self.read(body, .titan, inputs: 1)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5,-0.25]"))])
        #expect(answer.usage == TokenUsage(prompt: 3, completion: 0))
        #expect(try Self.read(body, .titan, inputs: 1, encoding: .base64).vectors == [.base64("AAAAPwAAgL4=")])
        #expect(try Self.read(#"{"embedding":[1]}"#, .titan, inputs: 1).usage == nil)
    }

    @Test func readsCohereOfBedrock() throws {
        let body = #"{"id":"x","embeddings":{"float":[[0.5],[0.25]]},"response_type":"embeddings_by_type"}"#
        let answer = try Self.read(body, .bedrockCohere)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5]")), .numbers(RawJSON("[0.25]"))])
        #expect(answer.usage == nil)
        // Without types, as its third version answers.
        let plain = #"{"embeddings":[[0.5],[0.25]],"response_type":"embeddings_floats"}"#
        #expect(try Self.read(plain, .bedrockCohere).vectors == answer.vectors)
    }

    @Test func readsVertex() throws {
        let one = { (value: String, more: String) in #"{"embeddings":{"values":[\#(value)]\#(more)}}"# }
        let counted = #","statistics":{"truncated":false,"token_count":4}"#
        let answer = try Self.read(
            #"{"predictions":[\#(one("0.5", counted)),\#(one("0.25", counted))]}"#, .vertexPrediction)
        #expect(answer.vectors == [.numbers(RawJSON("[0.5]")), .numbers(RawJSON("[0.25]"))])
        #expect(answer.usage?.prompt == 8)
        let uncounted = #"{"predictions":[\#(one("1", ""))]}"#
        #expect(try Self.read(uncounted, .vertexPrediction, inputs: 1).usage == nil)
        let content = #"{"embedding":{"values":[1]},"usageMetadata":{"promptTokenCount":5}}"#
        #expect(try Self.read(content, .vertexContent, inputs: 1).usage?.prompt == 5)
    }

    @Test(arguments: [
        ("{}", EmbeddingDialect.titan, "'embedding'"), (#"{"message":"Bad text."}"#, .titan, "Bad text."),
        (#"{"embedding":"x"}"#, .titan, "neither"), (#"{"message":"Bad."}"#, .bedrockCohere, "Bad."),
        ("{}", .vertexPrediction, "'predictions'"), (#"{"predictions":[{}]}"#, .vertexPrediction, "neither"),
        (#"{"predictions":[]}"#, .vertexPrediction, "0 embeddings for 1"), ("{}", .vertexContent, "'embeddings'"),
        (#"{"error":{"code":429,"message":"Quota."}}"#, .vertexPrediction, "Quota."),
    ])
    func refusesOf(body: String, dialect: EmbeddingDialect, word: String) {
        let error = #expect(throws: AnswerError.self) { try Self.read(body, dialect, inputs: 1) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("{}", "'data'"), (#"{"data":[]}"#, "0 embeddings for 2"),
        (#"{"data":[{"embedding":[1]}]}"#, "1 embeddings for 2"),
        (#"{"data":[{"embedding":[1]},{}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":{}}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":["a"]}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":"AAA"}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":"AADAfw=="}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":[0,1e39]}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":[-1E999]}]}"#, "neither"),
        (#"{"data":[{"embedding":[1]},{"embedding":[1000000000000000000000000000000000000000.5]}]}"#, "neither"),
        (#"{"error":{"message":"No such model.","code":404}}"#, "No such model."),
    ])
    func refuses(body: String, word: String) {
        let error = #expect(throws: AnswerError.self) { try Self.read(body) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    /// What a caller cannot make floats of is no answer, in either encoding: another endpoint may give one.
    @Test(arguments: [#""AADAfw==""#, #""AAAA""#, #""*""#, "[1e39]", "[true]"])
    func refusesWhatIsNoVector(embedding: String) throws {
        let body = #"{"data":[{"embedding":\#(embedding)}]}"#
        for encoding in EmbeddingRequest.Encoding.allCases {
            #expect(throws: AnswerError.self) { try Self.read(body, inputs: 1, encoding: encoding) }
        }
        let largest = #"{"data":[{"embedding":[3.4028235e+38,1e-400]}]}"#
        #expect(try Self.read(largest, inputs: 1).vectors == [.numbers(RawJSON("[3.4028235e+38,1e-400]"))])
    }

    @Test func saysWhatTheProviderSaid() {
        let error = #expect(throws: AnswerError.self) {
            try Self.read(#"{"error":{"message":"No such model.","code":404}}"#)
        }
        #expect(error?.status == 404)
        #expect(throws: AnswerError.self) { try Self.read("{}", .gemini) }
        #expect(throws: AnswerError.self) { try Self.read(#"{"message":"Bad."}"#, .cohere) }
    }

    /// Every kind of float, from text to bits and back, compared with what Foundation makes of both.
    @Test func convertsWithoutChangingABit() throws {
        var generator = SystemRandomNumberGenerator()
        var floats: [Float] = [
            0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude, 0.1, 1.0 / 3,
            16_777_216, 3.4028235e38, 0.00034416310,
        ]
        while floats.count < 2000 {
            let value = Float(bitPattern: generator.next())
            if value.isFinite { floats.append(value) }
        }
        let data = floats.withUnsafeBytes { Data($0) }.base64EncodedString()
        let numbers = try #require(EmbeddingVectors.numbers(base64: data))
        let parsed = try #require(try JSONSerialization.jsonObject(with: Data(numbers.text.utf8)) as? [NSNumber])
        #expect(parsed.map { Float($0.doubleValue).bitPattern } == floats.map(\.bitPattern))
        let scanner = JSONScanner()
        #expect(EmbeddingVectors.base64(numbers: try scanner.scan(copying: numbers.text)) == data)
    }

    /// Nearly halfway between two floats: rounded to a double first it would be halfway, and go the wrong way.
    @Test func roundsOnce() throws {
        let scanner = JSONScanner()
        let text = try scanner.scan(copying: "[1.000000178813934326171874999]")
        let base64 = try #require(EmbeddingVectors.base64(numbers: text))
        let bytes = try #require(Base64.decode(base64))
        #expect(bytes == [0x01, 0x00, 0x80, 0x3F])
    }

    @Test func numbersThatAreNoFloatsAreRefused() throws {
        let scanner = JSONScanner()
        #expect(EmbeddingVectors.base64(numbers: try scanner.scan(copying: "[1e39]")) == nil)
        #expect(EmbeddingVectors.numbers(base64: "AACAfw==") == nil)
        #expect(EmbeddingVectors.numbers(base64: "AAAA") == nil)
        #expect(EmbeddingVectors.numbers(base64: "*") == nil)
    }

    @Test func givesTheEncodingThatWasAskedFor() throws {
        let asked = try Self.read(Self.openAI, encoding: .base64)
        #expect(asked.vectors == [.base64("AAAAPwAAgL4="), .base64("bxKDOgAAAEA=")])
        let sealed = #"{"data":[{"embedding":"AAAAPwAAgL4="},{"embedding":"bxKDOgAAAEA="}]}"#
        #expect(try Self.read(sealed).vectors == [.numbers(RawJSON("[0.5,-0.25]")), .numbers(RawJSON("[0.001,2.0]"))])
        #expect(try Self.read(sealed, encoding: .base64).vectors == asked.vectors)
        let unpadded = sealed.replacing("=", with: "")
        #expect(try Self.read(unpadded, encoding: .base64).vectors == asked.vectors)
    }

    @Test func writesTheList() throws {
        let answer = try Self.read(Self.openAI)
        let text = written {
            EmbeddingAnswerWriter.write(
                answer, stamp: testStamp, usage: TokenUsage(prompt: 7, completion: 0), charge: testCharge, into: &$0)
        }
        #expect(
            try JSON(text)
                == JSON(
                    """
                    {"object":"list","id":"\(testStamp.id)","model":"acme/model","provider":"Acme \\"Inc\\"",
                     "data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]},
                             {"object":"embedding","index":1,"embedding":[1e-3,2]}],
                     "usage":{"prompt_tokens":7,"total_tokens":7,"cost":0.0012,"is_byok":false,
                              "cost_details":{"upstream_inference_cost":null,"upstream_inference_prompt_cost":0.0008,
                                              "upstream_inference_completions_cost":0.0004}}}
                    """))
        // The digits are the provider's own.
        #expect(text.contains("[1e-3,2]"))
    }

    @Test func saysWhatKindsOfInputThereWere() throws {
        var usage = TokenUsage(prompt: 10, completion: 0)
        usage.imagePrompt = 6
        let answer = try Self.read(Self.openAI, encoding: .base64)
        let text = written {
            EmbeddingAnswerWriter.write(answer, stamp: testStamp, usage: usage, charge: .none, into: &$0)
        }
        let json = try JSON(text)
        #expect(try json["usage"]["prompt_tokens_details"] == JSON(#"{"text_tokens":4,"image_tokens":6}"#))
        #expect(json["data"][1]["embedding"] == .string("bxKDOgAAAEA="))
    }
}
