import Catalog
import Completions
import Foundation
import Testing

@testable import Dialects

/// Golden files of every caller's dialect with every provider's, one per theme.
///
/// The files leave out what would be said again and again; see `PairShortener`.
@Suite struct PairTests {
    static let files = PairFile.all()
    static let callers: [(name: String, dialect: CallerDialect)] = [
        ("chat", .chat), ("responses", .responses), ("messages", .messages),
    ]
    static let providers: [(name: String, dialect: ProviderDialect)] = [
        ("openai", .openAI), ("openai-responses", .openAIResponses), ("anthropic", .anthropic), ("gemini", .gemini),
        ("bedrock", .bedrock), ("cohere", .cohere),
    ]

    @Test func everyThemeIsThere() {
        #expect(
            Self.files.map(\.testDescription) == [
                "basic", "cache", "documents", "errors", "images", "parallel-tools", "reasoning-with-tools",
                "structured-output", "tools",
            ])
    }

    @Test(arguments: files)
    func everyPairIsAsWritten(file: PairFile) throws {
        let file = try PairFile.isUpdating ? file.laidOut() : file
        let sections = try Self.sections(of: file)
        if PairFile.isUpdating { return try file.write(sections) }
        for section in sections {
            let expected = try #require(file.section(section.name), "\(file.testDescription) lacks \(section.name)")
            #expect(section.meaning == expected.meaning, "\(file.testDescription): \(section.name)")
        }
        #expect(file.sections.map(\.name) == sections.map(\.name))
    }

    /// The sections as they should be: those written by hand as they are.
    private static func sections(of file: PairFile) throws -> [PairFile.Section] {
        var sections: [PairFile.Section] = []
        var asked: [String: String] = [:]
        for caller in callers {
            let section = try #require(file.section("\(caller.name) asks"))
            asked[caller.name] = try OrderedJSON(section.lines.joined(separator: "\n")).compact
            sections.append(section)
        }
        var pairs: [String: PairTranslation] = [:]
        for provider in providers {
            for caller in callers {
                let name = "\(caller.name) to \(provider.name)"
                let pair: PairTranslation
                do {
                    pair = try PairTranslation(asked[caller.name]!, from: caller.dialect, to: provider.dialect)
                } catch let error as APIError {
                    appendRequest(name, ["refused \(error.param ?? "-"): \(error.message)"], to: &sections)
                    continue
                }
                pairs[name] = pair
                var lines = try layout(pair.written)
                if !pair.dropped.isEmpty { lines.append("dropped: " + pair.dropped.joined(separator: ", ")) }
                appendRequest(name, lines, to: &sections)
            }
        }
        var shortener = PairShortener()
        for provider in providers { try addAnswers(of: provider.name, file, pairs, &shortener, to: &sections) }
        return sections
    }

    private static func addAnswers(
        of provider: String, _ file: PairFile, _ pairs: [String: PairTranslation], _ shortener: inout PairShortener,
        to sections: inout [PairFile.Section]
    ) throws {
        let pairs = callers.compactMap { caller in pairs["\(caller.name) to \(provider)"].map { (caller.name, $0) } }
        if let section = file.section("\(provider) fails") {
            sections.append(section)
            let status = try #require(section.entries.first.flatMap { Int($0.word) })
            for (caller, pair) in pairs {
                let answer = try pair.failure(status: status, section.entries[1].json)
                append("\(provider) to \(caller)", try ["\(answer.status)"] + layout(answer.body), to: &sections)
            }
        }
        if let section = file.section("\(provider) answers") {
            sections.append(section)
            for (caller, pair) in pairs {
                let answer = try OrderedJSON(pair.answer(section.entries[0].json))
                let lines = shortener.answer(answer, to: caller).layout().components(separatedBy: "\n")
                append("\(provider) to \(caller)", lines, to: &sections)
            }
        }
        guard let section = file.section("\(provider) streams") else { return }
        sections.append(section)
        let events = try section.entries.map { entry in
            (entry.word, try PairShortener.payload(entry.word, OrderedJSON(entry.json).compact))
        }
        for (caller, pair) in pairs {
            let lines = try shortener.lines(of: pair.stream(events), to: caller)
            append("\(provider) to \(caller), streamed", lines, to: &sections)
        }
    }

    private static func layout(_ json: String) throws -> [String] {
        try OrderedJSON(json).layout().components(separatedBy: "\n")
    }

    private static func append(_ name: String, _ lines: [String], to sections: inout [PairFile.Section]) {
        sections.append(PairFile.Section(name: name, lines: lines))
    }

    /// Appends what a provider is asked, or that it is the same as for an earlier caller.
    private static func appendRequest(_ name: String, _ lines: [String], to sections: inout [PairFile.Section]) {
        let same = sections.first { $0.name.contains(" to ") && $0.lines == lines }
        append(name, same.map { ["as \($0.name)"] } ?? lines, to: &sections)
    }
}
