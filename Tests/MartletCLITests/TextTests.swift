import Testing

@testable import MartletCLI

@Suite struct TextTests {
    @Test(arguments: [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\u{1B}[31mred\u{1B}[0m", "[31mred[0m"),
        ("a\r\nb\rc", "a\nbc"),
        ("\u{0}\u{7}\u{8}\u{7F}\u{9B}2J\u{85}", "2J"),
        ("é日本😀\u{A0}", "é日本😀\u{A0}"),
    ])
    func controlsAreRemoved(_ text: String, _ expected: String) {
        #expect(Array(TerminalText.clean(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func textOfPartsIsThatOfTheWhole() {
        let scalars = Array("\u{1B}[1mé\r\n\u{9B}x\u{7F}".unicodeScalars)
        for cut in 0...scalars.count {
            let parts = [scalars[..<cut], scalars[cut...]].map { part in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: part)
                return TerminalText.clean(String(view))
            }
            #expect(parts.joined() == "[1mé\nx")
        }
    }

    @Test func tablesAlign() {
        var table = TextTable([("NAME", .left), ("N", .right), ("LAST", .left)])
        table.append(["a", "1", "x"])
        table.append(["long\u{1B}name", "1000", "y\nz"])
        #expect(
            table.text == """
                NAME         N  LAST
                a            1  x
                longname  1000  y z

                """)
    }

    @Test(
        arguments: [
            ("0.0000001", 6, "0.1"), ("0.000003", 6, "3"), ("1", 6, "1000000"), ("0", 6, "0"), ("0.0", 0, "0"),
            ("-1", 0, "-1"), ("1.50e-6", 0, "0.0000015"), ("2E3", 0, "2000"), ("007.10", 0, "7.1"),
            ("0.00000001234567", 6, "0.01234567"), ("abc", 0, nil), ("", 0, nil), ("1e999", 0, nil), (".5", 0, nil),
            ("1.2.3", 0, nil), ("1e", 0, nil), ("٣", 0, nil),
        ] as [(String, Int, String?)])
    func decimalsAreShiftedExactly(_ text: String, _ places: Int, _ expected: String?) {
        #expect(PlainDecimal.shifted(text, by: places) == expected)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/api/v1", "127.0.0.1", 8080, "/api/v1", false),
        ("https://router.example", "router.example", 443, "", true),
        ("HTTP://host/", "host", 80, "", false),
        ("http://[::1]:9/v1///", "::1", 9, "/v1", false),
    ])
    func addressesAreParsed(_ text: String, _ host: String, _ port: Int, _ path: String, _ isSecure: Bool) throws {
        let address = try #require(ServerAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.path == path)
        #expect(address.isSecure == isSecure)
        #expect(ServerAddress(address.text) == address)
    }

    @Test(arguments: [
        "", "host:80", "ftp://host", "http://", "http://:80", "http://host:", "http://host:0", "http://host:65536",
        "http://host:8x", "http://u:p@host", "http://[::1", "http://[::1]x", "http://host/a b", "http://host/a?b=c",
        "http://host/\r\nX: y", "http://host/#x",
    ])
    func otherAddressesAreRefused(_ text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test func theServerComesFromFlagOrEnvironmentOrDefault() throws {
        func address(_ flag: String?, _ variable: String?) throws -> String {
            var arguments = ParsedArguments()
            arguments.values["--url"] = flag
            return try ServerOptions(arguments, .models, ["MARTLET_BASE_URL": variable ?? ""]).address.text
        }
        #expect(try address("http://a", "http://b") == "http://a")
        #expect(try address(nil, "http://b") == "http://b")
        #expect(try address(nil, nil) == "http://127.0.0.1:8080/api/v1")
        #expect(throws: UsageError.self) { try address(nil, "nonsense") }
        #expect(throws: UsageError.self) { try ServerOptions(ParsedArguments(), .chat, ["MARTLET_API_KEY": "a\r\nb"]) }
    }
}
