import Foundation
import Testing

/// One theme in every pair of dialects: what callers ask and providers answer, written by hand, and behind each what it
/// comes to in every other dialect. `MARTLET_UPDATE_FIXTURES=1` writes the latter anew.
struct PairFile: CustomTestStringConvertible {
    struct Section: Equatable {
        var name: String
        var lines: [String]
    }

    let url: URL
    /// What stands before the first section.
    let head: [String]
    private(set) var sections: [Section]

    var testDescription: String { url.deletingPathExtension().lastPathComponent }

    static let isUpdating = ProcessInfo.processInfo.environment["MARTLET_UPDATE_FIXTURES"] != nil

    init(_ url: URL) throws {
        self.url = url
        var head: [String] = []
        var sections: [Section] = []
        for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") where !line.isEmpty {
            if line.hasPrefix("--- ") {
                sections.append(Section(name: String(line.dropFirst(4)), lines: []))
            } else if sections.isEmpty {
                head.append(line)
            } else {
                sections[sections.count - 1].lines.append(line)
            }
        }
        self.head = head
        self.sections = sections
    }

    static func all(file: String = #filePath) -> [PairFile] {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = tests.appendingPathComponent("Fixtures/Dialects/pairs")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.compactMap { try? PairFile($0) }
    }

    func section(_ name: String) -> Section? { sections.first { $0.name == name } }

    /// The file with its JSON in lines as `OrderedJSON` lays them.
    func laidOut() throws -> PairFile {
        var file = self
        for index in sections.indices where !sections[index].name.contains(" to ") {
            file.sections[index].lines = try sections[index].entries.flatMap { entry in
                let word = entry.word.isEmpty ? "" : entry.word + (entry.json.isEmpty ? "" : " ")
                let json =
                    entry.json.isEmpty
                    ? ""
                    : try OrderedJSON(entry.json).layout(
                        from: word.isEmpty ? 0 : 1, after: entry.word.count)
                return (word + json).components(separatedBy: "\n")
            }
        }
        return file
    }

    func write(_ sections: [Section]) throws {
        var lines = head
        for section in sections { lines += ["--- \(section.name)"] + section.lines }
        try (lines.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
    }
}

extension PairFile.Section {
    /// Entries begin in column 0: a word, JSON, or JSON behind a word.
    var entries: [(word: String, json: String)] {
        var entries: [(word: String, json: String)] = []
        for line in lines {
            if line.hasPrefix(" "), !entries.isEmpty {
                entries[entries.count - 1].json += "\n" + line
            } else if let brace = line.firstIndex(of: "{") {
                entries.append((line[..<brace].trimmingCharacters(in: .whitespaces), String(line[brace...])))
            } else {
                entries.append((line, ""))
            }
        }
        return entries
    }

    /// The same whatever the white space and the order of members.
    var meaning: [JSON] {
        entries.map { entry in
            .array([.string(entry.word), entry.json.isEmpty ? .null : (try? JSON(entry.json)) ?? .string(entry.json)])
        }
    }
}
