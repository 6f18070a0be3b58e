package import Completions
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

/// What a request got from its preset, for the errors that come of it.
package struct AppliedPreset: Sendable {
    package let slug: String
    /// The top-level fields of the preset that the request did not have, in the words of the caller's dialect.
    package let fields: Set<String>

    /// The error with a sentence more where the field at fault is one that the caller did not send.
    package func explain(_ error: APIError) -> APIError {
        guard let param = error.param else { return error }
        let field = String(param.prefix { $0 != "." && $0 != "[" })
        guard fields.contains(field) else { return error }
        var explained = error
        explained.message += " The preset \"\(slug)\" gives '\(field)' to this request."
        return explained
    }
}
