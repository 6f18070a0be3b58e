import Buffers
import Foundation
import Testing

@testable import WebPages

@Suite struct SampleRequestTests {
    private func command(_ baseURL: String, _ model: String) -> String {
        var out = ByteBuffer()
        SampleRequest.append(baseURL: baseURL, model: model, to: &out)
        return out.text
    }

    /// What the words of a command line are to a POSIX shell, which is asked itself.
    private func words(_ command: String) throws -> [String] {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let output = Pipe()
        shell.arguments = ["-c", "curl() { printf '%s\\0' \"$@\"; }; MARTLET_API_KEY=key; \(command)"]
        shell.standardOutput = output
        try shell.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        return data.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func streamsFromTheBaseURL() {
        let text = command("http://127.0.0.1:8080/api/v1", "openai/gpt-4o-mini")
        #expect(text.hasPrefix("curl -N 'http://127.0.0.1:8080/api/v1/chat/completions' \\\n"))
        #expect(text.contains("-d '{\"model\":\"openai/gpt-4o-mini\",\"stream\":true,"))
    }

    @Test(arguments: [
        "openai/gpt-4o-mini", "it's", "'; touch /nowhere; '", "$(id)`id`$HOME", "a\"b\\c", "new\nline\ttab", "ä\u{7F}",
        "",
    ])
    func survivesTheShell(_ model: String) throws {
        let words = try words(command("http://h:1/api/v1", model))
        #expect(words.count == 9)
        #expect(
            words.prefix(7) == [
                "-N", "http://h:1/api/v1/chat/completions", "-H", "Authorization: Bearer key", "-H",
                "Content-Type: application/json", "-d",
            ])
        let body = try #require(try JSONSerialization.jsonObject(with: Data(words[7].utf8)) as? [String: Any])
        #expect(body["model"] as? String == model)
        #expect(body["stream"] as? Bool == true)
    }
}
