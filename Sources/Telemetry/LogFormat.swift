/// How a log line is written.
package enum LogFormat: UInt8, CaseIterable, Sendable {
    /// One JSON object per line.
    case json
    /// `time level event key=value …` for a person at a terminal.
    case text

    package init?(name: String) {
        switch name {
        case "json": self = .json
        case "text": self = .text
        default: return nil
        }
    }
}
