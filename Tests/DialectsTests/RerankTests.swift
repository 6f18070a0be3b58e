import Accounting
import Buffers
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite struct RerankTests {
    static func read(_ body: String) throws -> RerankRequest {
        let scanner = JSONScanner()
        return try RerankRequestReader.read(scanner.scan(copying: body))
    }

    static func write(_ body: String, _ dialect: RerankDialect) throws -> (body: JSON, dropped: [String]) {
        var out = ByteBuffer()
        let target = TranslationTarget(model: "rank-1", isStream: false, abilities: [])
        let translation = try dialect.write(read(body), for: target, into: &out)
        return (try JSON(out.text), translation.dropped)
    }

    static func answer(_ body: String, _ dialect: RerankDialect = .cohere, limit: Int? = nil) throws -> RerankAnswer {
        let documents = ["a", "b", "c"].map { RerankRequest.Document(text: $0) }
        var request = RerankRequest(model: "m", query: "q", documents: documents)
        request.limit = limit
        let scanner = JSONScanner()
        return try dialect.readAnswer(scanner.scan(copying: body), to: request)
    }

    private static let full = """
        {"model":"a/b","query":"q","documents":["x",{"text":"y"}],"top_n":1,"user":"u","max_tokens_per_doc":9,
         "return_documents":true,"provider":{"order":["acme"]},"session_id":"s","trace":{}}
        """

    @Test func readsEverything() throws {
        let request = try Self.read(Self.full)
        #expect(request.query == "q")
        #expect(request.documents == [.init(text: "x"), .init(text: "y")])
        #expect(request.limit == 1)
        #expect(request.provider.order == ["acme"])
        #expect(request.user == "u")
        #expect(request.sessionID == "s")
        #expect(request.others.map(\.name) == ["max_tokens_per_doc", "return_documents"])
        #expect(request.promptSize.textBytes == 4)
    }

    @Test(
        arguments: [
            ("1", nil, "a JSON object"), (#"{"query":"q","documents":["a"]}"#, "model", "missing"),
            (#"{"model":"m","documents":["a"]}"#, "query", "missing"),
            (#"{"model":"m","query":"q"}"#, "documents", "missing"),
            (#"{"model":"m","query":"q","documents":[]}"#, "documents", "at least one"),
            (#"{"model":"m","query":"q","documents":"a"}"#, "documents", "an array"),
            (#"{"model":"m","query":["q"],"documents":["a"]}"#, "query", "a string"),
            (#"{"model":"m","query":"q","documents":["a",1]}"#, "documents[1]", "a string, or an object"),
            (#"{"model":"m","query":"q","documents":[{}]}"#, "documents[0]", "'text' or an 'image'"),
            (#"{"model":"m","query":"q","documents":[{"text":1}]}"#, "documents[0].text", "a string"),
            (#"{"model":"m","query":"q","documents":[{"text":"a","text":"b"}]}"#, "documents[0].text", "once"),
            (#"{"model":"m","query":"q","documents":["a"],"top_n":0}"#, "top_n", "1 to"),
            (#"{"model":"m","query":"q","query":"r","documents":["a"]}"#, "query", "once"),
            (#"{"model":"m","query":"q","documents":["a"],"stream":true}"#, "stream", "leave it out"),
        ] as [(String, String?, String)])
    func refuses(body: String, param: String?, word: String) {
        let error = #expect(throws: APIError.self) { try Self.read(body) }
        #expect(error?.status == 400)
        #expect(error?.param == param)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (RerankDialect.cohere, #""top_n":1,"return_documents":true"#), (.jina, #""top_n":1,"return_documents":false"#),
        (.voyage, #""top_k":1,"return_documents":false"#),
    ])
    func writes(dialect: RerankDialect, members: String) throws {
        let (body, dropped) = try Self.write(Self.full, dialect)
        let members = dialect == .cohere ? #""top_n":1"# : members
        #expect(
            try body
                == JSON(
                    #"{"model":"rank-1","query":"q","documents":["x","y"],\#(members),"max_tokens_per_doc":9}"#))
        #expect(dropped == ["user"])
    }

    @Test func writesImagesWhereTheyAreTaken() throws {
        let body = #"{"model":"a/b","query":"q","documents":["x",{"image":"https://a.example/b.png"}]}"#
        #expect(
            try Self.write(body, .jina).body["documents"]
                == JSON(#"[{"text":"x"},{"image":"https://a.example/b.png"}]"#))
        for dialect in [RerankDialect.cohere, .voyage] {
            let error = #expect(throws: APIError.self) { try Self.write(body, dialect) }
            #expect(error?.param == "documents[1].image")
        }
    }

    @Test func readsAnswersOfEveryForm() throws {
        let cohere = try Self.answer(
            """
            {"id":"r1","results":[{"index":1,"relevance_score":0.5},{"index":2,"relevance_score":0.75}],
             "meta":{"billed_units":{"search_units":2}}}
            """)
        #expect(cohere.results == [.init(index: 2, relevance: 0.75), .init(index: 1, relevance: 0.5)])
        #expect(cohere.id == "r1")
        #expect(cohere.searchUnits == 2)
        #expect(cohere.usage == nil)
        let voyage = try Self.answer(
            #"{"object":"list","data":[{"relevance_score":0.25,"index":0}],"usage":{"total_tokens":12}}"#, .voyage)
        #expect(voyage.results == [.init(index: 0, relevance: 0.25)])
        #expect(voyage.usage?.prompt == 12)
        let together = try Self.answer(
            """
            {"results":[{"index":0,"relevance_score":0.1,"document":{}},{"index":1,"relevance_score":0.1}],
             "usage":{"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}}
            """, .jina)
        #expect(together.results.map(\.index) == [0, 1])
        #expect(together.usage?.prompt == 5)
        let scored = try Self.answer(#"{"results":[{"index":0,"score":-2.5},{"index":2,"score":3}]}"#, .jina, limit: 1)
        #expect(scored.results == [.init(index: 2, relevance: 3)])
    }

    @Test(arguments: [
        ("{}", "'results'"), (#"{"results":[{"index":3,"relevance_score":1}]}"#, "no document"),
        (#"{"results":[{"index":-1,"relevance_score":1}]}"#, "no document"),
        (#"{"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":1}]}"#, "no document"),
        (#"{"results":[{"index":0}]}"#, "no document"), (#"{"message":"too many documents"}"#, "too many documents"),
        (#"{"error":{"message":"Boom.","code":500}}"#, "Boom."),
    ])
    func refusesAnswers(body: String, word: String) {
        let error = #expect(throws: AnswerError.self) { try Self.answer(body) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func writesTheAnswer() throws {
        let request = try Self.read(
            #"{"model":"a/b","query":"q","documents":["x",{"text":"y","image":"https://a.example/"}]}"#)
        var answer = RerankAnswer()
        answer.results = [.init(index: 1, relevance: 0.75), .init(index: 0, relevance: 0.1)]
        answer.searchUnits = 1
        answer.usage = TokenUsage(prompt: 12, completion: 0)
        let text = written {
            RerankAnswerWriter.write(answer, to: request, stamp: testStamp, charge: testCharge, into: &$0)
        }
        #expect(
            try JSON(text)
                == JSON(
                    """
                    {"id":"\(testStamp.id)","model":"acme/model","provider":"Acme \\"Inc\\"",
                     "results":[{"index":1,"relevance_score":0.75,"document":{"text":"y","image":"https://a.example/"}},
                                {"index":0,"relevance_score":0.1,"document":{"text":"x"}}],
                     "usage":{"cost":0.0012,"search_units":1,"total_tokens":12}}
                    """))
    }
}
