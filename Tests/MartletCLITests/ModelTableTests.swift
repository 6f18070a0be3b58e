import JSONText
import Testing

@testable import MartletCLI

@Suite struct ModelTableTests {
    @Test func showsPricesPerMillion() throws {
        let json = """
            {"data":[{"id":"a/b","name":"A: B","context_length":8192,
              "pricing":{"prompt":"0.0000001","completion":"0.0000002"}},
             {"id":"c/d:free","context_length":null,"pricing":{"prompt":"0","completion":"-1"}},{"name":"no id"}]}
            """
        let scanner = JSONScanner()
        let data = try #require(try scanner.scan(copying: json)["data"])
        var rows = data.elements.compactMap { ModelRow($0) }
        #expect(rows.count == 2)
        #expect(
            ModelTable.text(rows) == """
                MODEL     CONTEXT  PROMPT $/M  COMPLETION $/M
                a/b          8192         0.1             0.2
                c/d:free        -           0          varies

                """)
        rows[0].note(provider: "Three", isCallable: false)
        #expect(ModelTable.text(rows).contains("no key (Three)"))
        for name in ["One", "Two", "One"] { rows[0].note(provider: name, isCallable: true) }
        #expect(ModelTable.text(rows).contains("PROVIDERS"))
        #expect(ModelTable.text(rows).contains("One, Two"))
        #expect(!ModelTable.text(rows).contains("Three"))
        #expect(rows[0].matches("A: b"))
        #expect(rows[1].matches("FREE"))
        #expect(!rows[0].matches("free"))
    }

    @Test(arguments: [(nil, "-"), ("x", "?"), ("-1", "varies"), ("0.00000125", "1.25")] as [(String?, String)])
    func pricesThatAreNone(_ price: String?, _ expected: String) {
        #expect(ModelTable.perMillion(price) == expected)
    }
}
