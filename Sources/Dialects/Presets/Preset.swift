import Completions
package import JSONText

/// Fields of requests that the operator keeps under a name: a request that gives the name is laid over them.
///
/// A preset is written in the words of `/chat/completions` and held in those of every dialect, so that a request of any
/// caller becomes one that the caller could have written. Source: openrouter spec 19.
package struct Preset: Sendable {
    package let slug: String
    /// What a conversation begins with that has no instructions of its own.
    package let systemPrompt: String?
    /// By `CallerDialect`.
    private let forms: [PresetForm]

    /// - Parameter fields: a chat request without messages, which `ChatRequestDecoder` has accepted.
    package init(slug: String, systemPrompt: String?, fields: JSONValue) {
        self.slug = slug
        self.systemPrompt = systemPrompt
        forms = CallerDialect.allCases.map { PresetForm(fields, in: $0) }
    }

    func form(in caller: CallerDialect) -> PresetForm { forms[Int(caller.rawValue)] }
}
