import Foundation
import Testing

/// A golden file: sections that begin with `--- name`, input and expectation side by side.
struct Fixture: CustomTestStringConvertible {
    let name: String
    private let sections: [(name: String, lines: [String])]

    var testDescription: String { name }

    init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        var sections: [(name: String, lines: [String])] = []
        for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") {
            if line.hasPrefix("--- ") {
                sections.append((String(line.dropFirst(4)), []))
            } else if !line.isEmpty, !line.hasPrefix("#"), !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
        self.sections = sections
    }

    /// The lines of a section; none where the file has no such section.
    func lines(_ section: String) -> [String] {
        sections.first { $0.name == section }?.lines ?? []
    }

    func text(_ section: String) -> String { lines(section).joined(separator: "\n") }

    func has(_ section: String) -> Bool { sections.contains { $0.name == section } }

    static func all(_ folder: String, file: String = #filePath) -> [Fixture] {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        let directory = tests.appendingPathComponent("Fixtures/Dialects/\(folder)")
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.compactMap { try? Fixture($0) }
    }
}
