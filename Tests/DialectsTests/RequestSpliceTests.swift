import Completions
import JSONText
import Testing

@testable import Dialects

@Suite struct RequestSpliceTests {
    private static let traits: [String: UpstreamChatTarget.Traits] = [
        "refusesStreamOptions": .refusesStreamOptions, "takesRouterMessages": .takesRouterMessages,
        "takesReasoningObject": .takesReasoningObject, "wantsReasoningContent": .wantsReasoningContent,
        "takesCacheMarkers": .takesCacheMarkers, "isChatOnly": .isChatOnly, "knowsOnlyMaxTokens": .knowsOnlyMaxTokens,
        "ignoresToolChoiceObject": .ignoresToolChoiceObject, "takesRouterFields": .takesRouterFields,
    ]

    private func target(_ json: JSON) -> UpstreamChatTarget {
        var target = UpstreamChatTarget(modelJSON: Array("\"\(json["model"].text ?? "")\"".utf8))
        if json["parameters"] != .null {
            target.parameters = RequestFieldSet(names: json["parameters"].elements.compactMap(\.text))
        }
        target.refused = RequestFieldSet(names: json["refused"].elements.compactMap(\.text))
        target.providerSlug = json["slug"].text ?? ""
        if let tier = json["tier"].text { target.serviceTier = tier == "flex" ? "\"flex\"" : "\"priority\"" }
        for name in json["traits"].elements.compactMap(\.text) { target.traits.formUnion(Self.traits[name] ?? []) }
        return target
    }

    @Test(arguments: Fixture.all("requests"))
    func splicesAsWritten(fixture: Fixture) throws {
        let options = try JSON(fixture.text("target"))
        let result = try splice(
            fixture.text("request"), for: target(options), pseudonym: options["pseudonym"].text)
        #expect(try JSON(result.body) == JSON(fixture.text("upstream")), "\(result.body)")
        #expect(result.dropped.sorted() == fixture.text("dropped").split(separator: " ").map(String.init).sorted())
        #expect(throws: Never.self) { try decode(result.body) }
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("requests").count >= 28)
    }

    @Test func whatStaysIsVerbatim() throws {
        let body =
            "{ \"model\" : \"a\",\n\t\"messages\":[ {\"role\":\"user\", \"content\":\"\\u0048i\"} ], \"x\" : 1.0e0 }"
        let result = try splice(body, for: UpstreamChatTarget(modelJSON: Array("\"m\"".utf8)))
        #expect(result.body == body.replacing("\"a\"", with: "\"m\""))
    }

    /// Every combination of removed, kept and inserted members leaves valid JSON.
    @Test func everySubsetOfMembersSplices() throws {
        let members = [
            #""route":"x""#, #""model":"a""#, #""messages":[{"role":"user","content":"Hi"}]"#, #""user":"u""#,
            #""stream":true"#, #""other":[1,{"a":2}]"#, #""models":["b"]"#,
        ]
        for mask in 0..<(1 << members.count) where mask & 4 != 0 {
            for rotation in 0..<members.count {
                let chosen = members.indices.filter { mask & (1 << $0) != 0 }
                let rotated = chosen.map { ($0 + rotation) % members.count }.sorted().map {
                    members[($0 + members.count - rotation) % members.count]
                }
                let body = "{\(rotated.joined(separator: " , "))}"
                let result = try splice(body, for: UpstreamChatTarget(modelJSON: Array("\"m\"".utf8)))
                let json = try JSON(result.body)
                #expect(json["model"] == .string("m"), "\(body) -> \(result.body)")
                #expect(json["route"] == .null && json["models"] == .null && json["user"] == .null)
                #expect((json["other"] != .null) == (mask & 32 != 0))
                #expect((json["stream_options"] != .null) == (mask & 16 != 0))
            }
        }
    }

    @Test func onlyOnePromptBecomesAMessage() throws {
        let target = UpstreamChatTarget(modelJSON: Array("\"m\"".utf8), traits: .isChatOnly)
        #expect(try target.canExpress(decode(#"{"prompt":"a"}"#)))
        #expect(try !target.canExpress(decode(#"{"prompt":["a"]}"#)))
        #expect(try !target.canExpress(decode(#"{"prompt":[1]}"#)))
        #expect(try target.canExpress(decode(#"{"messages":[{"role":"user","content":"a"}]}"#)))
    }

    /// Another router takes what only routers know, unless it is about the way to that router.
    @Test func anotherRouterGetsItsFields() throws {
        let target = UpstreamChatTarget(
            modelJSON: Array("\"m\"".utf8), providerSlug: "openrouter", traits: .takesRouterFields)
        func json(_ provider: String) throws -> JSON {
            try JSON(
                splice(
                    #"{"model":"a","messages":[{"role":"user","content":"Hi"}],"plugins":[{"id":"web"}],"#
                        + #""transforms":["middle-out"],"models":["b"],"provider":\#(provider)}"#, for: target
                ).body)
        }
        let kept = try json(#"{"order":["deepinfra"],"data_collection":"deny"}"#)
        #expect(kept["provider"]["order"].elements.compactMap(\.text) == ["deepinfra"])
        #expect(kept["plugins"].elements.count == 1 && kept["transforms"].elements.count == 1)
        #expect(kept["models"] == .null)
        for own in [#"{"order":["OpenRouter"]}"#, #"{"only":["openrouter"]}"#] {
            #expect(try json(own)["provider"] == .null)
        }
    }

    @Test func aHostThatWantsCompletionTokensGetsThem() throws {
        let target = UpstreamChatTarget(modelJSON: Array("\"m\"".utf8), traits: .wantsCompletionTokens)
        let body = #"{"model":"a","messages":[{"role":"user","content":"Hi"}],"max_tokens":7}"#
        let json = try JSON(splice(body, for: target).body)
        #expect(json["max_tokens"] == .null && json["max_completion_tokens"] != .null)
    }
}

/// What a model's name adds, and what a refusal takes away.
@Suite struct RequestWishTests {
    static let messages = #""messages":[{"role":"user","content":"Hi"}]"#
    static let plain = UpstreamChatTarget(modelJSON: Array("\"m\"".utf8))
    static let router = UpstreamChatTarget(
        modelJSON: Array("\"m\"".utf8), traits: [.takesRouterFields, .takesReasoningObject])

    static func members(
        _ more: String, for target: UpstreamChatTarget, adding wishes: AddedWishes = [],
        without stripped: RequestFieldSet = []
    ) throws -> [String: JSON] {
        let body = try splice(
            "{\"model\":\"a\",\(more)\(messages)}", for: target, adding: wishes, without: stripped
        ).body
        let scanner = JSONScanner()
        // What was scanned lives as long as its scanner.
        let hasRepeated = try withExtendedLifetime(scanner) { try scanner.scan(copying: body).firstRepeatedKey != nil }
        #expect(!hasRepeated, "\(body)")
        guard case .object(var members) = try JSON(body) else { throw CancellationError() }
        members["model"] = nil
        members["messages"] = nil
        return members
    }

    @Test(arguments: ["", #""reasoning":null,"#, #""web_search_options":null,"plugins":null,"#])
    func wishesAreAddedInTheWordsOfTheHost(more: String) throws {
        let all: AddedWishes = [.reasoning, .webSearch]
        #expect(
            try Self.members(more, for: Self.plain, adding: all)
                == ["reasoning_effort": .string("medium"), "web_search_options": .object([:])])
        #expect(
            try Self.members(more, for: Self.router, adding: all)
                == [
                    "reasoning": .object(["enabled": .bool(true)]),
                    "plugins": .array([.object(["id": .string("web")])]),
                ])
    }

    @Test func theCallersOwnWordHolds() throws {
        #expect(
            try Self.members(#""reasoning_effort":"low","#, for: Self.plain, adding: .reasoning)
                == ["reasoning_effort": .string("low")])
        #expect(
            try Self.members(#""plugins":[{"id":"web"}],"#, for: Self.router, adding: .webSearch)
                == ["plugins": .array([.object(["id": .string("web")])])])
    }

    @Test func anEndpointThatDoesNotReasonIsNotAsked() throws {
        var target = Self.plain
        target.parameters = RequestFieldSet(.temperature)
        #expect(try Self.members("", for: target, adding: .reasoning).isEmpty)
    }

    @Test func whatWasRefusedIsLeftOut() throws {
        let body = #""top_k":1,"seed":2,"stream":true,"reasoning":{"effort":"low"},"#
        let all = try Self.members(body, for: Self.plain)
        #expect(Set(all.keys) == ["top_k", "seed", "stream", "stream_options", "reasoning_effort"])
        let stripped = RequestFieldSet(.topK, .streamOptions, .reasoning)
        #expect(Set(try Self.members(body, for: Self.plain, without: stripped).keys) == ["seed", "stream"])
        let wished = try Self.members("", for: Self.router, adding: .reasoning, without: RequestFieldSet(.reasoning))
        #expect(wished.isEmpty)
    }
}
