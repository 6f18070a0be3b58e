import Foundation
import Synchronization

@testable import MartletCLI

/// A console that keeps what was written.
final class RecordingConsole: Sendable {
    private let texts = Mutex((out: "", err: ""))

    var out: String { texts.withLock { $0.out } }
    var err: String { texts.withLock { $0.err } }

    func console(_ environment: [String: String] = [:]) -> Console {
        Console(
            environment: environment, ownsProcess: false, out: { text in self.texts.withLock { $0.out += text } },
            err: { text in self.texts.withLock { $0.err += text } },
            outBytes: { bytes in self.texts.withLock { $0.out += String(decoding: bytes, as: UTF8.self) } })
    }

    func run(_ words: [String], _ environment: [String: String] = [:]) -> Int32 {
        MartletCommand.run(words, console(environment))
    }

    /// The same on a thread of its own, for commands that wait for a network.
    func runOnThread(_ words: [String], _ environment: [String: String] = [:]) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.run(words, environment)) }
        }
    }
}
