import Completions
package import JSONText

/// An error that a host put inside an answer with status 200, or inside a stream.
package struct InBandError: Sendable, Equatable {
    /// The status the host means, where it gave a number: 400 to 599.
    package var status: Int?
    /// The host's code or type, as text.
    package var code: String?
    /// The host's `type`, where it has one beside the code.
    package var type: String?
    package var message: String

    /// Reads every shape known: an object or a string under `error`, `{"type":"error"}`, `{"object":"error"}`,
    /// `{"detail":…}`, `x_groq.error`, `choices[0].error`, a finish reason `error`, and any of them in an array.
    ///
    /// Returns nil when the value is no error.
    package init?(_ root: JSONValue) {
        if root.isArray {
            guard let first = root[0], let error = InBandError(first) else { return nil }
            self = error
            return
        }
        if let error = root["error"], !error.isNull {
            self.init(error: error, beside: root)
        } else if let error = root["x_groq"]?["error"], !error.isNull {
            self.init(error: error, beside: root)
        } else if root["type"]?.equals("error") == true || root["object"]?.equals("error") == true {
            self.init(error: root, beside: root)
        } else if let choices = root["choices"], let error = InBandError(choices: choices, beside: root) {
            self = error
        } else if root["choices"] == nil, let detail = root["detail"], !detail.isNull {
            self.init(error: detail["error"] ?? detail, beside: root)
        } else {
            return nil
        }
    }

    /// The first choice that carries an error, or ended with one.
    private init?(choices: JSONValue, beside root: JSONValue) {
        for choice in choices.elements {
            if let error = choice["error"], !error.isNull {
                self.init(error: error, beside: root)
                return
            }
            if let reason = choice["finish_reason"], FinishReason(native: reason) == .error {
                self.init(
                    status: nil, code: reason.string, type: nil, message: "The provider ended the answer with an error."
                )
                return
            }
        }
        return nil
    }

    private init(status: Int?, code: String?, type: String?, message: String) {
        self.status = status
        self.code = code
        self.type = type
        self.message = message
    }

    private init(error: JSONValue, beside root: JSONValue) {
        let code = error["code"] ?? error["status"] ?? root["code"]
        let number = code?.integer ?? code?.string.flatMap(Int64.init)
        status = number.flatMap { (400...599).contains($0) ? Int($0) : nil }
        self.code = code?.string ?? code?.integer.map(String.init)
        type = error["type"]?.string ?? root["error_type"]?.string
        message = Self.sentence(of: error)
    }

    private static func sentence(of error: JSONValue) -> String {
        let text: String
        if let string = error.string {
            text = string
        } else if let message = error["message"]?.string ?? error["msg"]?.string ?? error["detail"]?.string {
            text = message
        } else if let first = error[0] {
            return sentence(of: first)
        } else {
            text = "The provider reported an error without a message."
        }
        return text.utf8.count <= DialectLimits.errorMessageBytes
            ? text : String(text.prefix(DialectLimits.errorMessageBytes / 4))
    }
}
