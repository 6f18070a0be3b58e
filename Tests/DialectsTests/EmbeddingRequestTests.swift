import Buffers
import Completions
import JSONText
import Testing

@testable import Dialects

/// What callers may send to `/embeddings`, and what each provider gets of it.
@Suite struct EmbeddingRequestTests {
    static func read(_ body: String) throws -> EmbeddingRequest {
        let scanner = JSONScanner()
        return try EmbeddingRequestReader.read(scanner.scan(copying: body))
    }

    static func write(
        _ body: String, _ dialect: EmbeddingDialect, model: String = "embed-1"
    ) throws -> (body: JSON, dropped: [String]) {
        var out = ByteBuffer()
        let target = TranslationTarget(model: model, isStream: false, abilities: [])
        let translation = try dialect.write(read(body), for: target, into: &out)
        return (try JSON(out.text), translation.dropped)
    }

    @Test(arguments: [
        (#""Hi""#, EmbeddingRequest.Input.text("Hi"), 1), (#"["a","b\n"]"#, .texts(["a", "b\n"]), 2),
        ("[1,2,30000]", .tokens([1, 2, 30_000]), 1), ("[[1],[2,3]]", .tokenLists([[1], [2, 3]]), 2),
        (
            #"[{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://a.example/b"}}]}]"#,
            .contents([[.text(TextItem("a")), .image(MediaItem(.url("https://a.example/b")))]]), 1
        ),
        (
            #"[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]}]"#,
            .contents([[.image(MediaItem(.base64("QUJD"), mediaType: "image/png"))]]), 1
        ),
        (
            #"[{"content":[{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}]}]"#,
            .contents([[.audio(MediaItem(.base64("QUJD"), mediaType: "audio/wav"))]]), 1
        ),
        (
            #"[{"content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,QUJD","filename":"a.pdf"}}]}]"#,
            .contents([[.file(MediaItem(.base64("QUJD"), mediaType: "application/pdf", name: "a.pdf"))]]), 1
        ),
    ])
    func readsInput(json: String, input: EmbeddingRequest.Input, count: Int) throws {
        let request = try Self.read(#"{"model":"a/b","input":\#(json)}"#)
        #expect(request.input == input)
        #expect(request.count == count)
        #expect(request.encoding == nil)
    }

    @Test func readsEverythingElse() throws {
        let request = try Self.read(
            """
            {"model":"a/b","input":"x","dimensions":256,"encoding_format":"base64","input_type":"search_query",
             "provider":{"only":["acme"]},"user":"u","session_id":"s","trace":{"a":1},"truncate":"NONE","dimensions2":null}
            """)
        #expect(request.model == "a/b")
        #expect(request.dimensions == 256)
        #expect(request.encoding == .base64)
        #expect(request.inputType == "search_query")
        #expect(request.provider.only == ["acme"])
        #expect(request.user == "u")
        #expect(request.sessionID == "s")
        #expect(request.trace == RawJSON(#"{"a":1}"#))
        #expect(request.others == [NamedJSON("truncate", RawJSON(#""NONE""#))])
    }

    @Test func measuresTheInput() throws {
        #expect(try Self.read(#"{"model":"m","input":["abc","é"]}"#).promptSize.textBytes == 5)
        #expect(try Self.read(#"{"model":"m","input":[[1,2],[3]]}"#).promptSize.textBytes == 12)
        let parts =
            #"[{"content":[{"type":"text","text":"ab"},{"type":"image_url","image_url":"https://x.example/"}]}]"#
        let size = try Self.read(#"{"model":"m","input":\#(parts)}"#).promptSize
        #expect(size.textBytes == 2)
        #expect(size.images == 1)
    }

    /// Each input has the context to itself.
    @Test(arguments: [
        (#""abc""#, 3), (#"["a","abcd","bc"]"#, 4), ("[1,2,3]", 12), ("[[1],[1,2]]", 8),
        (
            #"[{"content":[{"type":"text","text":"ab"},{"type":"text","text":"c"}]},{"content":[{"type":"text","text":"x"}]}]"#,
            3
        ),
    ])
    func knowsTheLongestInput(json: String, bytes: Int) throws {
        #expect(try Self.read(#"{"model":"m","input":\#(json)}"#).longestTextBytes == bytes)
    }

    @Test(
        arguments: [
            ("[]", nil, "a JSON object"), (#"{"input":"x"}"#, "model", "missing"),
            (#"{"model":"","input":"x"}"#, "model", "missing"),
            (#"{"model":1,"input":"x"}"#, "model", "a string"), (#"{"model":"m"}"#, "input", "missing"),
            (#"{"model":"m","input":null}"#, "input", "missing"),
            (#"{"model":"m","input":[]}"#, "input", "at least one"),
            (#"{"model":"m","input":5}"#, "input", "an array"), (#"{"model":"m","input":""}"#, "input", "empty"),
            (#"{"model":"m","input":["a",""]}"#, "input[1]", "empty"),
            (#"{"model":"m","input":["a",1]}"#, "input[1]", "a string"),
            (#"{"model":"m","input":[1,"a"]}"#, "input[1]", "an integer"),
            (#"{"model":"m","input":[1,-2]}"#, "input[1]", "0 to"),
            (#"{"model":"m","input":[[1],[]]}"#, "input[1]", "at least one"),
            (#"{"model":"m","input":[[1],[1.5]]}"#, "input[1][0]", "an integer"),
            (#"{"model":"m","input":[true]}"#, "input[0]", "a string, a token"),
            (#"{"model":"m","input":[{}]}"#, "input[0].content", "missing"),
            (#"{"model":"m","input":[{"content":[]}]}"#, "input[0].content", "at least one"),
            (#"{"model":"m","input":[{"content":[{"type":"tool"}]}]}"#, "input[0].content[0].type", "must be"),
            (#"{"model":"m","input":[{"content":[{"type":"text"}]}]}"#, "input[0].content[0].text", "missing"),
            (
                #"{"model":"m","input":[{"content":[{"type":"text","text":"a","text":"b"}]}]}"#,
                "input[0].content[0].text", "once"
            ),
            (#"{"model":"m","input":"x","input":"y"}"#, "input", "more than once"),
            (#"{"model":"m","input":"x","dimensions":0}"#, "dimensions", "1 to"),
            (#"{"model":"m","input":"x","encoding_format":"int8"}"#, "encoding_format", "base64"),
            (#"{"model":"m","input":"x","stream":true}"#, "stream", "leave it out"),
            (#"{"model":"m","input":"x","provider":{"only":1}}"#, "provider.only", "an array"),
            (#"{"model":"m","input":"x","user":7}"#, "user", "a string"),
            (#"{"model":"m","input":"x","models":["n"]}"#, "models", "one 'model'"),
        ] as [(String, String?, String)])
    func refuses(body: String, param: String?, word: String) {
        let error = #expect(throws: APIError.self) { try Self.read(body) }
        #expect(error?.status == 400)
        #expect(error?.param == param)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func refusesTooManyInputs() {
        let texts = Array(repeating: "\"a\"", count: 2049).joined(separator: ",")
        let error = #expect(throws: APIError.self) { try Self.read(#"{"model":"m","input":[\#(texts)]}"#) }
        #expect(error?.param == "input")
    }

    private static let full = """
        {"model":"a/b","input":["x","y"],"dimensions":8,"encoding_format":"base64","input_type":"query","user":"u",
         "truncate":"END","session_id":"s","route":"fallback"}
        """

    @Test func writesOpenAI() throws {
        let (body, dropped) = try Self.write(Self.full, .openAI)
        #expect(
            try body
                == JSON(
                    """
                    {"model":"embed-1","input":["x","y"],"encoding_format":"base64","dimensions":8,"input_type":"query",
                     "user":"u","truncate":"END"}
                    """))
        #expect(dropped.isEmpty)
    }

    /// The forms of input that OpenAI's dialect has come out as they went in.
    @Test(arguments: [
        #""Hi""#, #"["a","b"]"#, "[1,2]", "[[1],[2,3]]",
        #"[{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://a.example/b"}}]}]"#,
        #"[{"content":[{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}]}]"#,
    ])
    func keepsTheFormOfInput(json: String) throws {
        let (body, _) = try Self.write(#"{"model":"a/b","input":\#(json)}"#, .openAI)
        #expect(try body == JSON(#"{"model":"embed-1","input":\#(json)}"#))
    }

    @Test func writesGemini() throws {
        let (body, dropped) = try Self.write(Self.full, .gemini)
        let one = { (text: String) in
            """
            {"model":"models/embed-1","content":{"parts":[{"text":"\(text)"}]},"taskType":"RETRIEVAL_QUERY",
             "outputDimensionality":8}
            """
        }
        #expect(try body == JSON(#"{"requests":[\#(one("x")),\#(one("y"))]}"#))
        #expect(dropped == ["user", "truncate"])
    }

    @Test func writesCohere() throws {
        let (body, dropped) = try Self.write(Self.full, .cohere)
        #expect(
            try body
                == JSON(
                    """
                    {"model":"embed-1","input_type":"search_query","embedding_types":["float"],"output_dimension":8,
                     "truncate":"END","texts":["x","y"]}
                    """))
        #expect(dropped == ["user"])
        let plain = try Self.write(#"{"model":"a/b","input":"x"}"#, .cohere).body
        #expect(plain["input_type"] == .string("search_document"))
    }

    @Test func writesCohereForBedrock() throws {
        let (body, dropped) = try Self.write(Self.full, .bedrockCohere)
        // The model stands in the path.
        #expect(
            try body
                == JSON(
                    """
                    {"input_type":"search_query","embedding_types":["float"],"output_dimension":8,"truncate":"END",
                     "texts":["x","y"]}
                    """))
        #expect(dropped == ["user"])
    }

    /// A provider that was told its input twice could choose which.
    @Test(arguments: [
        (EmbeddingDialect.cohere, ["embedding_types", "texts", "images", "inputs", "output_dimension"]),
        (.bedrockCohere, ["embedding_types", "texts", "images", "inputs", "output_dimension"]),
        (.titan, ["inputText"]),
    ])
    func saysNothingTwice(dialect: EmbeddingDialect, names: [String]) throws {
        let others = names.map { "\"\($0)\":[\"y\"]" }.joined(separator: ",")
        let (body, dropped) = try Self.write(#"{"model":"a/b","input":"x","dimensions":8,\#(others)}"#, dialect)
        #expect(try body == Self.write(#"{"model":"a/b","input":"x","dimensions":8}"#, dialect).body)
        #expect(dropped == names)
        let (sized, kept) = try Self.write(#"{"model":"a/b","input":"x","output_dimension":8}"#, .cohere)
        #expect(sized["output_dimension"] == .integer(8) && kept.isEmpty)
    }

    @Test func writesTitan() throws {
        let (body, dropped) = try Self.write(
            """
            {"model":"a/b","input":["x"],"dimensions":256,"encoding_format":"base64","input_type":"query","user":"u",
             "normalize":false,"session_id":"s"}
            """, .titan)
        #expect(try body == JSON(#"{"inputText":"x","dimensions":256,"normalize":false}"#))
        #expect(dropped == ["user", "input_type"])
    }

    @Test func writesVertex() throws {
        let (body, dropped) = try Self.write(Self.full, .vertexPrediction)
        let one = { (text: String) in #"{"content":"\#(text)","task_type":"RETRIEVAL_QUERY"}"# }
        #expect(
            try body == JSON(#"{"instances":[\#(one("x")),\#(one("y"))],"parameters":{"outputDimensionality":8}}"#))
        #expect(dropped == ["user", "truncate"])
        let plain = try Self.write(#"{"model":"a/b","input":"x"}"#, .vertexPrediction).body
        #expect(try plain == JSON(#"{"instances":[{"content":"x"}]}"#))
    }

    @Test func writesOneContentForVertex() throws {
        let image = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}"#
        let input = #"[{"content":[{"type":"text","text":"a"},\#(image)]}]"#
        let (body, dropped) = try Self.write(
            #"{"model":"a/b","input":\#(input),"dimensions":8,"input_type":"clustering","user":"u"}"#, .vertexContent)
        #expect(
            try body
                == JSON(
                    """
                    {"content":{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]},
                     "embedContentConfig":{"taskType":"CLUSTERING","outputDimensionality":8}}
                    """))
        #expect(dropped == ["user"])
        let plain = try Self.write(#"{"model":"a/b","input":"x"}"#, .vertexContent).body
        #expect(try plain == JSON(#"{"content":{"parts":[{"text":"x"}]}}"#))
    }

    @Test(arguments: [EmbeddingDialect.titan, .vertexContent])
    func refusesSeveralInputsWhereOneFits(dialect: EmbeddingDialect) {
        let error = #expect(throws: APIError.self) { try Self.write(#"{"model":"a/b","input":["x","y"]}"#, dialect) }
        #expect(error?.status == 400)
        #expect(error?.param == "input")
        #expect(error?.message == "This provider embeds one input a request; send the 2 one by one.")
    }

    @Test func writesImages() throws {
        let image = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}"#
        let body = #"{"model":"a/b","input":[{"content":[{"type":"text","text":"a"},\#(image)]}]}"#
        #expect(
            try Self.write(body, .gemini).body["requests"][0]["content"]["parts"]
                == JSON(#"[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]"#))
        #expect(
            try Self.write(body, .cohere).body["inputs"]
                == JSON(#"[{"content":[{"type":"text","text":"a"},\#(image)]}]"#))
    }

    @Test(arguments: [
        (EmbeddingDialect.gemini, "[1,2]", "input"), (.cohere, "[[1]]", "input"), (.titan, "[1]", "input"),
        (.bedrockCohere, "[1]", "input"), (.vertexPrediction, "[1]", "input"), (.vertexContent, "[1]", "input"),
        (
            .bedrockCohere, #"[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]}]"#,
            "input"
        ),
        (.vertexPrediction, #"[{"content":[{"type":"input_audio","input_audio":{"data":"QQ=="}}]}]"#, "input"),
        (
            .gemini, #"[{"content":[{"type":"image_url","image_url":{"url":"https://x.example/"}}]}]"#,
            "input[0].content"
        ),
        (
            .cohere, #"[{"content":[{"type":"image_url","image_url":{"url":"https://x.example/"}}]}]"#,
            "input[0].content"
        ),
        (.cohere, #"[{"content":[{"type":"input_audio","input_audio":{"data":"QQ=="}}]}]"#, "input[0].content"),
    ])
    func refusesWhatTheProviderHasNoFormFor(dialect: EmbeddingDialect, input: String, param: String) {
        let error = #expect(throws: APIError.self) {
            try Self.write(#"{"model":"a/b","input":\#(input)}"#, dialect)
        }
        #expect(error?.status == 400)
        #expect(error?.param == param)
    }
}
