/// An API of a provider: what is appended to its base URL.
package enum UpstreamPath: UInt8, Sendable, CaseIterable {
    case chatCompletions
    case completions
    /// The list of models; asked by `martlet doctor` to see whether the provider answers and takes the key.
    case models

    package var text: StaticString {
        switch self {
        case .chatCompletions: "/chat/completions"
        case .completions: "/completions"
        case .models: "/models"
        }
    }

    package var method: StaticString {
        switch self {
        case .chatCompletions, .completions: "POST"
        case .models: "GET"
        }
    }
}
