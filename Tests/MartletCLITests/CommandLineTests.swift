import Testing

@testable import MartletCLI

@Suite struct CommandLineTests {
    static let wrong: [(words: [String], says: String)] = [
        ([], "say what to do"),
        (["sevre"], "there is no verb sevre; did you mean serve?"),
        (["frobnicate"], "there is no verb frobnicate"),
        (["--verison"], "there is no flag --verison; did you mean --version?"),
        (["--version", "now"], "--version takes nothing else"),
        (["serve", "--confg", "x"], "there is no flag --confg; did you mean --config?"),
        (["serve", "--config"], "--config needs a value: --config FILE"),
        (["serve", "--config="], "--config needs a value: --config FILE"),
        (["serve", "--config=a", "--config", "b"], "--config is given twice"),
        (["serve", "now"], "\"now\" is one word too many"),
        (["serve", "--listen", "8080"], "--listen needs ADDR:PORT"),
        (["serve", "--listen", "example.com:80"], "--listen needs ADDR:PORT"),
        (["serve", "--listen", "127.0.0.1:99999"], "--listen needs ADDR:PORT"),
        (["serve", "--json"], "there is no flag --json"),
        (["chat"], "PROMPT is missing"),
        (["chat", ""], "PROMPT is missing"),
        (["chat", "Say", "hello"], "\"hello\" is one word too many; put the prompt in quotes"),
        (["chat", "--json=yes", "hi"], "--json takes no value"),
        (["chat", "-x", "hi"], "there is no flag -x"),
        (["models", "--url", "localhost:8080"], "--url must be a URL such as http://127.0.0.1:8080/api/v1"),
        (["models", "--key-file", "/nowhere/key"], "--key-file: /nowhere/key cannot be read: No such file"),
        (["credits"], "say what to do: show, grant, adjust, refund, ledger"),
        (["credits", "gratn", "5"], "martlet credits does not know gratn; did you mean grant?"),
        (["credits", "burn"], "martlet credits does not know burn; it knows show, grant"),
        (["credits", "--json"], "martlet credits does not know --json"),
        (["credits", "grant"], "AMOUNT is missing"),
        (["credits", "grant", "much"], "much is no amount of dollars; write one such as 12.50"),
        (["credits", "grant", "0"], "0 is no amount"),
        (["credits", "grant", "0.0000000001"], "0.0000000001 is no amount"),
        (["credits", "grant", "5", "6"], "\"6\" is one word too many"),
        (["credits", "adjust", "-5"], "say why: --reason TEXT"),
        (["credits", "show", "--reason", "x"], "there is no flag --reason"),
        (["export"], "say what to do: generations, ledger"),
        (["export", "ledger", "--format", "xml"], "--format is jsonl or csv"),
        (["backup"], "FILE is missing"),
        (["help", "chta"], "there is no verb chta; did you mean chat?"),
        (["key"], "there is no verb key; did you mean keys?"),
    ]

    @Test(arguments: wrong)
    func wrongUsageIsExplained(_ words: [String], _ says: String) {
        let console = RecordingConsole()
        #expect(console.run(words) == 2)
        #expect(console.err.contains("martlet: \(says)"), "\(console.err)")
        #expect(console.err.contains("See: martlet "))
        #expect(console.out.isEmpty)
    }

    @Test(arguments: Verb.allCases)
    func everyVerbHasHelp(_ verb: Verb) {
        for words in [[verb.rawValue, "--help"], ["help", verb.rawValue], [verb.rawValue, "-h", "--help"]] {
            let console = RecordingConsole()
            #expect(console.run(words) == 0)
            #expect(console.out.contains("Usage: martlet \(verb.rawValue)"))
            for flag in verb.flags { #expect(console.out.contains(flag.name)) }
            #expect(console.out.split(separator: "\n").allSatisfy { $0.count <= 120 })
        }
    }

    @Test(arguments: [["--help"], ["-h"], ["help"]])
    func theOverviewListsEveryVerb(_ words: [String]) {
        let console = RecordingConsole()
        #expect(console.run(words) == 0)
        for verb in Verb.allCases { #expect(console.out.contains("  \(verb.rawValue) ")) }
    }

    @Test func theVersionIsOneLine() {
        let console = RecordingConsole()
        #expect(console.run(["--version"]) == 0)
        #expect(console.out.wholeMatch(of: /martlet \d+\.\d+\.\d+\n/) != nil)
    }

    @Test func flagsAndOperandsMayMix() throws {
        let parser = ArgumentParser(verb: .chat)
        let expected = ParsedArguments(
            values: ["--model": "a=b", "--url": "http://x"], switches: ["--json"], operands: ["say --this"])
        for words in [
            ["-m", "a=b", "--url=http://x", "--json", "say --this"],
            ["say --this", "--json", "--model=a=b", "--url", "http://x"],
            ["--json", "--json", "--model", "a=b", "--url", "http://x", "--", "say --this"],
        ] {
            #expect(try parser.parse(words) == expected)
        }
        #expect(try parser.parse(["--", "--json"]).operands == ["--json"])
        #expect(try parser.parse(["-"]).operands == ["-"])
        #expect(try parser.parse(["-m", "--json", "x"]).values == ["--model": "--json"])
    }

    @Test(
        arguments: [
            ("serv", "serve"), ("SERVE", "serve"), ("esrve", "serve"), ("x", nil), ("chatter", nil), ("", nil),
        ] as [(String, String?)])
    func theNearestNameIsFound(_ word: String, _ expected: String?) {
        #expect(NearestName.nearest(to: word, among: ["serve", "chat", "models"]) == expected)
    }

    @Test func controlsInArgumentsAreNotEchoed() {
        let console = RecordingConsole()
        #expect(console.run(["\u{1B}]0;owned\u{7}"]) == 2)
        #expect(!console.err.contains("\u{1B}"))
    }
}
