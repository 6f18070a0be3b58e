import Access
import Accounting
import Activity
import Buffers
import Completions
import HTTPWire
import JSONText
import Telemetry
import TestSupport
import Testing

@testable import APIRoutes

@Suite("Account routes") struct AccountTests {
    static let generation = "gen-1767323045-0000000000000000000A"
    /// 21 November 2026, 15:00 UTC.
    static let nowMs: Int64 = 1_795_273_200_000

    private func request(
        _ body: String, _ purpose: LedgerRequest.Purpose = .adjustment, key: String? = nil
    ) throws -> LedgerRequest {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        return try LedgerRequest(try scanner.scan(copying: body.utf8Span.span), for: purpose, key: key)
    }

    private func blamed(_ param: String?, _ word: String, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("nothing was refused")
        } catch let error as APIError {
            #expect(error.param == param)
            #expect(error.message.contains(word), "\(error.message)")
        } catch {
            Issue.record("\(error)")
        }
    }

    // MARK: Orders

    @Test(arguments: [
        ("12.5", 12_500_000_000), ("\"12.50\"", 12_500_000_000), ("1e3", 1_000_000_000_000), ("0.000000001", 1),
        ("1000000000", 1_000_000_000_000_000_000), ("0.1", 100_000_000),
    ])
    func amountsAreExact(text: String, nanos: Int64) throws {
        let read = try request("{\"amount\":\(text)}", .grant)
        #expect(read.amount == Credits(nanos: nanos) && read.reason == "grant" && read.idempotencyKey == nil)
    }

    @Test func everythingIsRead() throws {
        let read = try request(
            "{\"amount\":-1,\"reason\":\"größer\",\"idempotency_key\":\"k\",\"generation_id\":null}", key: "other")
        #expect(read.amount == Credits(nanos: -1_000_000_000) && read.reason == "größer")
        #expect(read.idempotencyKey == "k" && read.generationID == nil)
        let refund = try request("{\"reason\":\"r\",\"generation_id\":\"\(Self.generation)\"}", key: "header")
        #expect(refund.amount == nil && refund.generationID?.description == Self.generation)
        #expect(refund.idempotencyKey == "header")
    }

    @Test(
        arguments: [
            ("[]", nil, "a JSON object"),
            ("{}", "amount", "missing"),
            ("{\"amount\":null}", "amount", "missing"),
            ("{\"amount\":true}", "amount", "a number"),
            ("{\"amount\":\"much\"}", "amount", "a number"),
            ("{\"amount\":0.0000000001}", "amount", "nine decimals"),
            ("{\"amount\":0}", "amount", "positive"),
            ("{\"amount\":-1}", "amount", "positive"),
            ("{\"amount\":1000000000.000000001}", "amount", "at most 1000000000"),
            ("{\"amount\":1e300}", "amount", "a number"),
            ("{\"amount\":1,\"amount\":2}", "amount", "more than once"),
            ("{\"amount\":1,\"reason\":\"\"}", "reason", "empty"),
            ("{\"amount\":1,\"reason\":\" \"}", "reason", "empty"),
            ("{\"amount\":1,\"reason\":5}", "reason", "a string"),
            ("{\"amount\":1,\"idempotency_key\":5}", "idempotency_key", "a string"),
            ("{\"amount\":1,\"idempotency_key\":\"\"}", "idempotency_key", "visible ASCII"),
            ("{\"amount\":1,\"idempotency_key\":\"a b\"}", "idempotency_key", "visible ASCII"),
            ("{\"amount\":1,\"generation_id\":\"\(generation)\"}", "generation_id", "not known"),
            ("{\"amount\":1,\"currency\":\"EUR\"}", "currency", "not known"),
        ] as [(String, String?, String)])
    func grantsAreChecked(body: String, param: String?, word: String) {
        blamed(param, word) { _ = try request(body, .grant) }
    }

    @Test(arguments: [
        ("{\"amount\":1}", "reason", "missing"),
        ("{\"reason\":\"r\"}", "amount", "missing"),
        ("{\"amount\":0,\"reason\":\"r\"}", "amount", "zero"),
        ("{\"amount\":1,\"reason\":\"r\",\"generation_id\":\"gen-1\"}", "generation_id", "the id of a generation"),
        ("{\"amount\":1,\"reason\":\"r\",\"generation_id\":1}", "generation_id", "the id of a generation"),
        ("{\"amount\":-1,\"reason\":\"r\",\"generation_id\":\"\(generation)\"}", "amount", "positive"),
    ])
    func adjustmentsAreChecked(body: String, param: String, word: String) {
        blamed(param, word) { _ = try request(body) }
    }

    @Test func lengthsAreBounded() throws {
        func body(_ reason: Int, _ key: Int) -> String {
            let reason = String(repeating: "ü", count: reason)
            let key = String(repeating: "k", count: key)
            return "{\"amount\":1,\"reason\":\"\(reason)\",\"idempotency_key\":\"\(key)\"}"
        }
        #expect(throws: Never.self) { _ = try request(body(512, 255)) }
        blamed("reason", "512 characters") { _ = try request(body(513, 1)) }
        blamed("idempotency_key", "255") { _ = try request(body(1, 256)) }
        blamed("idempotency_key", "255") { _ = try request("{\"amount\":1,\"reason\":\"r\"}", key: "a b") }
    }

    // MARK: Queries

    private func activity(_ query: TestQuery) throws -> ActivityQuery {
        try AccountQueries.activity(query, nowMs: Self.nowMs) { user in user == "somebody" ? [Self.hash("a")] : nil }
    }

    static func hash(_ digit: String) -> APIKeyHash { APIKeyHash(hex: String(repeating: digit, count: 64))! }

    @Test func activityIsOfThirtyCompletedDays() throws {
        let all = try activity([:])
        #expect(all.days.count == 30 && UTCTime.text(day: all.days.upperBound) == "2026-11-21")
        #expect(all.apiKeys == nil && all.workspaceID == nil && !all.isByWorkspace)
        let one = try activity(["date": "2026-10-22", "group_by": "workspace", "workspace_id": "default"])
        #expect(one.days.count == 1 && one.days.lowerBound == all.days.lowerBound)
        #expect(one.isByWorkspace && one.workspaceID == "default")
        #expect(try activity(["date": "2026-11-20"]).days.upperBound == all.days.upperBound)
    }

    @Test func activityIsOfKeys() throws {
        let (a, b) = (Self.hash("a"), Self.hash("b"))
        #expect(try activity(["api_key_hash": b.description]).apiKeys == [b])
        #expect(try activity(["user_id": "somebody"]).apiKeys == [a])
        #expect(try activity(["user_id": "somebody", "api_key_hash": a.description]).apiKeys == [a])
        #expect(try activity(["user_id": "somebody", "api_key_hash": b.description]).apiKeys == [])
    }

    @Test(arguments: [
        ("date", "today", "YYYY-MM-DD"), ("date", "2026-11-21", "from 2026-10-22 to 2026-11-20"),
        ("date", "2026-10-21", "completed UTC days"), ("date", "2027-01-01", "completed UTC days"),
        ("api_key_hash", "abc", "64 hexadecimal"), ("user_id", "nobody", "Nobody"),
        ("workspace_id", "other", "no workspace"), ("group_by", "model", "workspace"),
    ])
    func activityIsChecked(name: String, value: String, word: String) {
        var query: TestQuery = [:]
        query.items[name] = value
        blamed(name, word) { _ = try activity(query) }
    }

    @Test func theLedgerIsListedInPages() throws {
        #expect(try AccountQueries.ledger(TestQuery()) == LedgerQuery(limit: 50))
        let query: TestQuery = ["kind": "refund", "offset": "7", "limit": "100"]
        #expect(try AccountQueries.ledger(query) == LedgerQuery(kind: .refund, offset: 7, limit: 100))
        for (name, value) in [("kind", "gift"), ("offset", "-1"), ("limit", "0"), ("limit", "101"), ("limit", "x")] {
            var query: TestQuery = [:]
            query.items[name] = value
            blamed(name, name) { _ = try AccountQueries.ledger(query) }
        }
    }

    private func export(_ query: TestQuery) throws -> (format: ExportFormat, range: Range<Int64>) {
        try AccountQueries.export(query, nowMs: Self.nowMs)
    }

    @Test func exportsAreOfATime() throws {
        let all = try export([:])
        #expect(all.format == .jsonLines && all.range == 0..<Self.nowMs + 1)
        let late = try export(["format": "csv", "from": "1970-01-02"])
        #expect(late.format == .csv && late.range == 86_400_000..<Self.nowMs + 1)
        #expect(try export(["from": "1970-01-01T00:00:01Z", "to": "1970-01-02"]).range == 1000..<86_400_000)
        #expect(try export(["to": "1970-01-02"]).range == 0..<86_400_000)
        #expect(try export(["from": "2100-01-01", "to": "2100-01-02"]).range.isEmpty)
        for (name, value) in [("format", "xml"), ("from", "then"), ("to", "2026-13-01")] {
            var query: TestQuery = [:]
            query.items[name] = value
            blamed(name, name) { _ = try export(query) }
        }
        blamed("to", "before") { _ = try export(["from": "2026-01-02", "to": "2026-01-01"]) }
    }

    @Test func commaSeparatedFieldsAreQuotedWhereTheyMust() {
        let line = text { out in
            CSVLine.append(to: &out) { line in
                for field in ["plain", "a,b", "a\"b", "a\nb", "a\rb", "", " x "] { line.field(field) }
                line.field(nil as String?)
                line.field(-5)
                line.field(nil as Int?)
                line.field(Credits(nanos: -1))
                line.field(true)
            }
        }
        #expect(line == "plain,\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\",, x ,,-5,,-0.000000001,true\r\n")
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""), ("=A,B", "\"'=A,B\""), ("\u{FF1D}1", "'\u{FF1D}1"),
        ("a=1", "a=1"), ("'=1", "'=1"), (" =1", " =1"), ("1-1", "1-1"), ("", ""),
    ])
    func textsAreNoFormulas(_ field: String, _ written: String) {
        #expect(text { out in CSVLine.append(to: &out) { $0.field(field) } } == written + "\r\n")
    }

    @Test func exportedLinesHaveAFieldForEachColumn() throws {
        let catalog = try CatalogueAnswersTests.catalog()
        var record = GenerationRecord(
            id: GenerationID(Self.generation)!, createdAtMs: 0, kind: .chat, apiKey: Self.hash("a"),
            requestedModel: "m", model: "m", provider: "P", endpointID: "e", endpointTag: "t", upstreamModel: "u",
            status: .completed, isStreamed: true, httpStatus: 200)
        record.trace = #"{"trace_id":"t"}"#
        let plain = text { ExportLines.append(record, as: .csv, catalog, into: &$0) }
        #expect(plain.hasSuffix("\"{\"\"trace_id\"\":\"\"t\"\"}\"\r\n"))
        #expect(
            plain.split(separator: ",", omittingEmptySubsequences: false).count == ExportLines.generationColumns.count)
        let json = text { ExportLines.append(record, as: .jsonLines, catalog, into: &$0) }
        #expect(json.hasPrefix("{\"id\":\"\(Self.generation)\",") && json.hasSuffix("}\n"))
        let line = LedgerLine(
            sequence: 1, entry: LedgerEntry(kind: .grant, amount: Credits(nanos: 1), atMs: 0, reason: "r"))
        let row = text { ExportLines.append(line, as: .csv, into: &$0) }
        #expect(row == "1,grant,0.000000001,1970-01-01T00:00:00.000Z,r,,,default\r\n")
        #expect(row.split(separator: ",", omittingEmptySubsequences: false).count == ExportLines.ledgerColumns.count)
        let head = text { ExportLines.begin(ExportLines.ledgerColumns, .csv, into: &$0) }
        #expect(head == "id,kind,amount,created_at,reason,generation_id,api_key_hash,workspace_id\r\n")
        #expect(text { ExportLines.begin(ExportLines.ledgerColumns, .jsonLines, into: &$0) } == "")
    }

    // MARK: Answers

    private func text(_ write: (inout ByteBuffer) -> Void) -> String {
        var out = ByteBuffer()
        write(&out)
        return out.text
    }

    @Test func moneyIsPlainDecimals() {
        var totals = LedgerTotals()
        totals.granted = Credits(nanos: 4_000_000_000_000_000_000)
        totals.adjusted = Credits(nanos: -1)
        totals.charged = Credits(nanos: 7)
        totals.refunded = Credits(nanos: 2)
        #expect(
            text { AccountAnswers.credits(totals, into: &$0) }
                == #"{"data":{"total_credits":3999999999.999999999,"total_usage":0.000000005}}"#)
    }

    @Test func linesOfTheLedgerAreWhole() throws {
        var entry = LedgerEntry(
            kind: .refund, amount: Credits(nanos: 5), atMs: 0, apiKey: Self.hash("a"),
            generationID: GenerationID(Self.generation), reason: "\"x\"")
        var page = LedgerPage()
        page.lines = [LedgerLine(sequence: 3, entry: entry)]
        page.count = 9
        let hash = Self.hash("a").description
        #expect(
            text { AccountAnswers.ledger(page, into: &$0) }
                == #"{"data":[{"id":3,"kind":"refund","amount":0.000000005,"created_at":"1970-01-01T00:00:00.000Z","#
                + #""reason":"\"x\"","generation_id":"\#(Self.generation)","api_key_hash":"\#(hash)","#
                + #""workspace_id":"default"}],"total_count":9}"#)
        entry.apiKey = nil
        entry.generationID = nil
        let one = text { AccountAnswers.line(LedgerLine(sequence: 1, entry: entry), into: &$0) }
        #expect(one.contains(#""generation_id":null,"api_key_hash":null"#))
    }

    @Test func activityHasTheClientsFields() throws {
        var row = ActivityRow(day: 20_777, model: "a/one", endpointID: "e", provider: "P")
        row.requests = 2
        row.promptTokens = 30
        row.completionTokens = 4
        row.reasoningTokens = 3
        row.cachedTokens = 20
        row.usage = Credits(nanos: 1_500_000)
        var other = row
        other.model = "gone/model"
        other.workspaceID = "default"
        let catalog = try CatalogueAnswersTests.catalog()
        let rest =
            #""endpoint_id":"e","provider_name":"P","usage":0.0015,"byok_usage_inference":0,"requests":2,"#
            + #""prompt_tokens":30,"completion_tokens":4,"reasoning_tokens":3,"cached_tokens":20"#
        #expect(
            text { AccountAnswers.activity([row, other], catalog, into: &$0) }
                == #"{"data":[{"date":"2026-11-20","model":"a/one","model_permaslug":"a/one-2026",\#(rest)},"#
                + #"{"date":"2026-11-20","model":"gone/model","model_permaslug":"gone/model",\#(rest),"#
                + #""workspace_id":"default"}]}"#)
    }

    @Test(arguments: AccountRoute.allCases)
    func everyRouteHasItsMethods(route: AccountRoute) {
        let allowed = route.allowed.description
        #expect(route.takes(.post) == allowed.contains("POST"))
        #expect(route.takes(.get) == allowed.contains("GET"))
        #expect(!route.takes(.delete) && !route.takes(.put))
    }
}
