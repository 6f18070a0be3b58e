import CCatalogue
import CatalogueImport
import Testing

@Suite("Refreshing the catalogue")
struct CatalogueRefreshTests {
    static let providers = """
        {"providers": [
        {"slug": "acme", "sources": {"litellm": ["acme_ai"], "models.dev": ["acme"], "genai-prices": ["acme-inc"]}},
        {"slug": "openrouter", "sources": {}}
        ]}
        """
    static let models = """
        {"models": [
        {"id": "deep/v3.2", "name": "Deep: V3.2",
         "context_length": 1000, "max_completion_tokens": 100,
         "supported_parameters": ["seed"],
         "endpoints": [
          {"provider": "acme", "model": "accounts/acme/deep/v3p2", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
         ]},
        {"id": "deep/v4", "name": "Deep: V4",
         "context_length": 2000,
         "endpoints": [
          {"provider": "openrouter", "model": "deep/v4", "pricing": {"prompt": "0.000003", "completion": "0.000004"}}
         ]}
        ]}

        """

    static func refresh(
        _ source: CatalogueSource, _ text: String, accepts: Set<CatalogueRefresh.Acceptance> = [],
        models: String = models
    ) throws -> CatalogueRefresh {
        try CatalogueRefresh(
            try CatalogueDocument(providers: providers, models: models), from: source, text, accepts: accepts,
            today: "2026-11-21")
    }

    static func litellm(_ fields: String, key: String = "acme_ai/accounts/acme/deep/v3p2") -> String {
        "{\"\(key)\": {\"litellm_provider\": \"acme_ai\", \"mode\": \"chat\", \(fields)}}"
    }

    static let known = "\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2.0000000000000003e-06"

    @Test("writes what it read, byte by byte")
    func roundTrip() throws {
        #expect(try CatalogueDocument(providers: Self.providers, models: Self.models).modelsText == Self.models)
        func text(_ file: martlet_catalogue_file) -> String {
            String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
        }
        let shipped = text(martlet_catalogue_models())
        let document = try CatalogueDocument(providers: text(martlet_catalogue_providers()), models: shipped)
        #expect(document.modelsText == shipped)
        #expect(document.models.count >= 400)
    }

    @Test("finds nothing to change in what it knows")
    func idempotent() throws {
        let refresh = try Self.refresh(.litellm, Self.litellm(Self.known))
        #expect(refresh.changes.isEmpty && refresh.readCount == 1 && refresh.comparedCount == 2)
        #expect(refresh.document.modelsText == Self.models)
    }

    @Test("fills what is missing, and then finds it there")
    func fills() throws {
        let text = Self.litellm(
            Self.known + """
                , "cache_read_input_token_cost": 1e-07, "input_cost_per_token_above_200k_tokens": 2e-06,
                "deprecation_date": "2027-01-31", "max_input_tokens": 1000
                """)
        let first = try Self.refresh(.litellm, text)
        #expect(
            first.changes.map(\.line) == [
                "+ deep/v3.2 at acme: pricing.input_cache_read 0.0000001",
                "+ deep/v3.2 at acme: pricing.overrides [{\"min_prompt_tokens\": 200000, \"prompt\": \"0.000002\"}]",
                "+ deep/v3.2 at acme: deprecation_date 2027-01-31",
            ])
        let second = try Self.refresh(.litellm, text, models: first.document.modelsText)
        #expect(second.changes.isEmpty && second.document.modelsText == first.document.modelsText)
    }

    @Test("takes the price of a search for the fee of a model that searches for every request")
    func fees() throws {
        let pricing = "\"completion\": \"0.000002\", \"request\": \"0.025\""
        let models = Self.models.replacing("\"completion\": \"0.000002\"", with: pricing)
        let text = Self.litellm(
            Self.known + ", \"search_context_cost_per_query\": {\"search_context_size_medium\": 0.025}")
        let same = try Self.refresh(.litellm, text, accepts: [.prices], models: models)
        #expect(same.changes.isEmpty && same.comparedCount == 3)
        let dearer = try Self.refresh(
            .litellm, text.replacing("0.025", with: "0.05"), accepts: [.prices], models: models)
        #expect(dearer.changes.map(\.line) == ["~ deep/v3.2 at acme: pricing.request 0.025 → 0.05 (+100 %)"])
        #expect(!dearer.document.modelsText.contains("web_search"))
        // Where the catalogue has no fee, it is the price of a search.
        let filled = try Self.refresh(.litellm, text)
        #expect(filled.changes.map(\.line) == ["+ deep/v3.2 at acme: pricing.web_search 0.025"])
    }

    @Test("keeps what a price is the price of, next to it")
    func units() throws {
        let pricing = "\"completion\": \"0.000002\", \"web_search\": \"0.035\", \"web_search_per\": \"request\""
        let models = Self.models.replacing("\"completion\": \"0.000002\"", with: pricing)
        let text = Self.litellm(
            Self.known + """
                , "cache_read_input_token_cost": 1e-07,
                "search_context_cost_per_query": {"search_context_size_medium": 0.07}
                """)
        let refresh = try Self.refresh(.litellm, text, accepts: [.prices], models: models)
        #expect(refresh.count(.changed) == 1 && refresh.count(.filled) == 1)
        let written = pricing.replacing("0.035", with: "0.07") + ", \"input_cache_read\": \"0.0000001\""
        #expect(refresh.document.modelsText.contains(written))
    }

    @Test("fills and compares what long prompts cost in the tiers that it has, and makes no others")
    func tiers() throws {
        let flex = #""tiers": {"flex": {"prompt": "0.0000005", "completion": "0.000001"}}"#
        let models = Self.models.replacing(
            "\"completion\": \"0.000002\"}", with: "\"completion\": \"0.000002\"}, \(flex)")
        let text = Self.litellm(
            Self.known + """
                , "input_cost_per_token_above_200k_tokens_flex": 1e-06,
                "output_cost_per_token_above_200k_tokens_flex": 1.5e-06,
                "input_cost_per_token_above_200k_tokens_priority": 4e-06
                """)
        let first = try Self.refresh(.litellm, text, models: models)
        let long = #"[{"min_prompt_tokens": 200000, "prompt": "0.000001", "completion": "0.0000015"}]"#
        #expect(first.changes.map(\.line) == ["+ deep/v3.2 at acme: tiers.flex.overrides \(long)"])
        #expect(first.document.modelsText.contains("\"completion\": \"0.000001\", \"overrides\": \(long)}}}"))
        #expect(try Self.refresh(.litellm, text, models: first.document.modelsText).changes.isEmpty)
        let dearer = text.replacing("1.5e-06", with: "3e-06")
        let kept = try Self.refresh(.litellm, dearer, models: first.document.modelsText)
        #expect(kept.changes.map(\.kind) == [.differs] && kept.document.modelsText == first.document.modelsText)
        let taken = try Self.refresh(.litellm, dearer, accepts: [.prices], models: first.document.modelsText)
        #expect(taken.changes.map(\.kind) == [.changed])
        #expect(taken.document.modelsText.contains("\"completion\": \"0.000003\"}]}}}"))
    }

    @Test("keeps its own prices and limits until the source's are accepted")
    func differs() throws {
        let text = Self.litellm(
            "\"input_cost_per_token\": 1.5e-06, \"output_cost_per_token\": 2.01e-06, \"max_output_tokens\": 200")
        let kept = try Self.refresh(.litellm, text)
        #expect(
            kept.changes.map(\.line) == [
                "! deep/v3.2 at acme: pricing.prompt 0.000001, source 0.0000015 (+50 %); kept",
                "! deep/v3.2 at acme: max_completion_tokens 100, source 200 (+100 %); kept",
            ])
        #expect(kept.document.modelsText == Self.models)
        let prices = try Self.refresh(.litellm, text, accepts: [.prices])
        #expect(prices.changes.map(\.kind) == [.changed, .differs])
        #expect(prices.document.modelsText.contains("\"prompt\": \"0.0000015\", \"completion\": \"0.000002\""))
        let limits = try Self.refresh(.litellm, text, accepts: [.limits])
        #expect(limits.changes.map(\.kind) == [.differs, .changed])
        #expect(limits.document.modelsText.contains("\"max_completion_tokens\": 200, \"pricing\""))
    }

    @Test("adds endpoints of models it knows, before a router behind this one, and counts the others")
    func adds() throws {
        let refresh = try Self.refresh(.litellm, Self.litellm(Self.known, key: "acme_ai/Other/V4"))
        #expect(refresh.count(.added) == 1 && refresh.unknownCount == 0)
        #expect(refresh.document.models[1].endpoints.map { $0["provider"] } == [.text("acme"), .text("openrouter")])
        let unknown = try Self.refresh(.litellm, Self.litellm(Self.known, key: "acme_ai/other"))
        #expect(unknown.changes.isEmpty && unknown.unknownCount == 1)
        let free = Self.litellm("\"input_cost_per_token\": 0, \"output_cost_per_token\": 0", key: "acme_ai/other/v4")
        #expect(try Self.refresh(.litellm, free).changes.isEmpty)
        let ended = Self.litellm(Self.known + ", \"deprecation_date\": \"2026-01-01\"", key: "acme_ai/other/v4")
        #expect(try Self.refresh(.litellm, ended).changes.isEmpty)
        let elsewhere = Self.litellm(Self.known).replacing("acme_ai\"", "nobody\"")
        #expect(try Self.refresh(.litellm, elsewhere).readCount == 0)
    }

    @Test("removes what has ended only where that is accepted")
    func ended() throws {
        let text = Self.litellm(Self.known + ", \"deprecation_date\": \"2026-10-01\"")
        let kept = try Self.refresh(.litellm, text)
        #expect(kept.changes.map(\.line) == ["! deep/v3.2 at acme: ended 2026-10-01; kept"])
        let removed = try Self.refresh(.litellm, text, accepts: [.removed])
        #expect(removed.changes.map(\.line) == ["- deep/v3.2 at acme: accounts/acme/deep/v3p2, ended 2026-10-01"])
        // Without an endpoint it is no model.
        #expect(removed.document.models.count == 1)
    }

    @Test("reads models.dev and genai-prices, in dollars per million")
    func others() throws {
        let dev = """
            {"acme": {"models": {"accounts/acme/deep/v3p2": {"cost": {"input": 1.0, "output": 4, "cache_read": 0.1,
             "tiers": [{"input": 2, "tier": {"size": 200000}}]}, "limit": {"context": 1000, "output": 100}}}}}
            """
        #expect(
            try Self.refresh(.modelsDev, dev).changes.map(\.line) == [
                "! deep/v3.2 at acme: pricing.completion 0.000002, source 0.000004 (+100 %); kept",
                "+ deep/v3.2 at acme: pricing.input_cache_read 0.0000001",
                "+ deep/v3.2 at acme: pricing.overrides [{\"min_prompt_tokens\": 200000, \"prompt\": \"0.000002\"}]",
            ])
        let genai = """
            [{"id": "acme-inc", "models": [{"id": "accounts/acme/deep/v3p2", "prices": [
             {"prices": {"input_mtok": "9", "output_mtok": "9"}},
             {"prices": {"input_mtok": {"base": "1", "tiers": []}, "output_mtok": "2", "cache_read_mtok": "0.25"}},
             {"constraint": {"start_time": "01:00:00Z"}, "prices": {"input_mtok": "5", "output_mtok": "5"}}]}]}]
            """
        #expect(
            try Self.refresh(.genaiPrices, genai).changes.map(\.line) == [
                "+ deep/v3.2 at acme: pricing.input_cache_read 0.00000025"
            ])
    }

    @Test(
        "takes of prices with a first day the last that holds today",
        arguments: [("2026-11-20", "5"), ("2026-11-21", "5"), ("2026-11-22", "1"), ("2027-01-01", "1")])
    func datedPrices(day: String, held: String) throws {
        let text = """
            [{"id": "acme-inc", "models": [{"id": "accounts/acme/deep/v3p2", "prices": [
             {"prices": {"input_mtok": "9", "output_mtok": "9"}},
             {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": "1", "output_mtok": "2"}},
             {"constraint": {"start_date": "\(day)"}, "prices": {"input_mtok": "5", "output_mtok": "2"}}]}]}]
            """
        let refresh = try Self.refresh(.genaiPrices, text)
        let change = "! deep/v3.2 at acme: pricing.prompt 0.000001, source 0.000005 (+400 %); kept"
        #expect(refresh.changes.map(\.line) == (held == "5" ? [change] : []))
    }

    @Test("reads what tokens of images cost, and models of images where they answer chats")
    func images() throws {
        let filled = ["+ deep/v3.2 at acme: pricing.image_output 0.00003"]
        let price = Self.known + ", \"output_cost_per_image_token\": 3e-05"
        #expect(try Self.refresh(.litellm, Self.litellm(price)).changes.map(\.line) == filled)
        let chats = price + ", \"supported_endpoints\": [\"/v1/images/edits\", \"/v1/chat/completions\"]"
        for (fields, lines) in [(chats, filled), (price, [])] {
            let text = Self.litellm(fields).replacing("\"chat\"", with: "\"image_generation\"")
            #expect(try Self.refresh(.litellm, text).changes.map(\.line) == lines)
        }
        let genai = """
            [{"id": "acme-inc", "models": [{"id": "accounts/acme/deep/v3p2", "prices":
             {"input_mtok": "1", "output_mtok": "2", "output_image_mtok": "30"}}]}]
            """
        #expect(try Self.refresh(.genaiPrices, genai).changes.map(\.line) == filled)
    }

    @Test("takes new models and missing facts from a list of models")
    func list() throws {
        let list = """
            {"data": [
             {"id": "~deep/v-latest", "pricing": {"prompt": "1", "completion": "1"}},
             {"id": "deep/v4", "canonical_slug": "deep/v4-20261001", "name": "Other", "created": 5, "context_length": 2000,
              "default_parameters": {"temperature": 0.6, "top_p": null, "top_k": null},
              "pricing": {"prompt": "0.000003", "completion": "0.000004"}, "supported_parameters": ["tools"]},
             {"id": "deep/v3.9", "name": "Deep: V3.9", "created": 7, "context_length": 3000,
              "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
              "top_provider": {"max_completion_tokens": null}, "default_parameters": {"temperature": null},
              "pricing": {"prompt": "0.000001", "completion": "0.000002", "request": "0"}}]}
            """
        let refresh = try Self.refresh(.openRouter, list)
        #expect(
            refresh.changes.map(\.line) == [
                "+ deep/v4: canonical_slug \"deep/v4-20261001\"", "+ deep/v4: created 5",
                "+ deep/v4: default_parameters {\"temperature\": 0.6}",
                "+ deep/v4: supported_parameters tools",
                "+ deep/v3.9: Deep: V3.9, {\"prompt\": \"0.000001\", \"completion\": \"0.000002\"}",
            ])
        #expect(
            refresh.document.models.map { $0.facts["id"] } == ["deep/v3.2", "deep/v3.9", "deep/v4"].map { .text($0) })
        #expect(refresh.document.models[2].facts["name"] == .text("Deep: V4"))
        let again = try Self.refresh(.openRouter, list, models: refresh.document.modelsText)
        #expect(again.changes.isEmpty)
    }

    @Test("refuses what is no JSON")
    func malformed() {
        #expect(throws: CatalogueDocument.Malformed.self) { try Self.refresh(.litellm, "{") }
        #expect(throws: CatalogueDocument.Malformed.self) { try Self.refresh(.litellm, "{}", models: "{}") }
    }
}

@Suite("Prices as text")
struct PriceTextTests {
    @Test(
        "are exact to twelve decimals",
        arguments: [
            ("1.25e-06", 0, 1_250_000), ("8.900000000000001e-07", 0, 890_000), ("0.000001", 0, 1_000_000),
            ("1.25", -6, 1_250_000), ("0", 0, 0), ("3", 0, 3_000_000_000_000), ("0.0000000000005", 0, 1),
            ("0.0000000000004", 0, 0), ("1E-6", 0, 1_000_000), ("", 0, nil), ("x", 0, nil), ("1.2.3", 0, nil),
            ("1e99", 0, nil), ("-1", 0, nil), ("99999999", 0, nil), ("1e-39", 0, 0),
        ] as [(String, Int, Int64?)])
    func picos(text: String, shift: Int, picos: Int64?) {
        #expect(PriceText.picos(text, shift: shift) == picos)
    }

    @Test("are written plainly", arguments: [(1_250_000 as Int64, "0.00000125"), (0, "0"), (1, "0.000000000001")])
    func text(picos: Int64, text: String) {
        #expect(PriceText.text(picos) == text)
        #expect(PriceText.picos(text) == picos)
    }
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        guard let start = indices.first(where: { self[$0...].hasPrefix(old) }) else { return self }
        return self[..<start] + new + self[index(start, offsetBy: old.count)...]
    }
}
