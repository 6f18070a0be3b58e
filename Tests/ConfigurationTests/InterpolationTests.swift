import Testing

@testable import Configuration

@Suite("Variables")
struct InterpolationTests {
    let interpolation = Interpolation(
        environment: ["NAME": "value", "EMPTY": "", "A_1": "x"],
        readFile: { ["/run/secret": "from file\n", "/bare": "bare", "/crlf": "dos\r\n"][$0] })

    @Test(
        "are replaced",
        arguments: [
            ("plain", "plain"), ("${NAME}", "value"), ("a${NAME}b${A_1}", "avaluebx"), ("${EMPTY}", ""),
            ("${EMPTY:-default}", "default"), ("${NONE:-}", ""), ("${NONE:-a:-b}", "a:-b"), ("${NAME:-x}", "value"),
            ("${file:/run/secret}", "from file"), ("${file:/bare}", "bare"), ("${file:/crlf}", "dos"),
            ("$$", "$"), ("$${NAME}", "${NAME}"), ("$NAME", "$NAME"), ("cost: 5$", "cost: 5$"), ("", ""),
        ])
    func replaced(text: String, expected: String) throws {
        #expect(try interpolation.expand(text) == expected)
    }

    @Test(
        "that cannot be replaced are refused",
        arguments: [
            ("${NONE}", "NONE, which is not set"), ("${NAME", "without its }"), ("${}", "names no variable"),
            ("${1A}", "names no variable"), ("${A-B}", "names no variable"), ("${file:relative}", "absolute path"),
            ("${file:/nowhere}", "cannot read the file /nowhere"), ("${:-x}", "names no variable"),
        ])
    func refused(text: String, message: String) {
        let failure = #expect(throws: Interpolation.Failure.self) { try interpolation.expand(text) }
        #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
    }
}
