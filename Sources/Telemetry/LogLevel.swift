/// How much an operator should care.
package enum LogLevel: UInt8, Comparable, CaseIterable, Sendable {
    /// For a developer who follows one request.
    case debug
    /// The ordinary course: one line per request.
    case info
    /// Something works worse than it should.
    case warning
    /// Something does not work.
    case error

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { "\($0.name)" == name }) else { return nil }
        self = level
    }

    package var name: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The name as it stands in the text format.
    var column: StaticString {
        switch self {
        case .debug: " DEBUG "
        case .info: " INFO  "
        case .warning: " WARN  "
        case .error: " ERROR "
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
