import Buffers

/// The curl command that the landing page shows: it must work when pasted into a shell, whatever the model is called.
enum SampleRequest {
    /// Appends the command as plain text: quoted for the shell, not for HTML.
    static func append(baseURL: String, model: String, to out: inout ByteBuffer) {
        out.append("curl -N ")
        appendQuoted(baseURL + "/chat/completions", to: &out)
        out.append(
            " \\\n  -H \"Authorization: Bearer $MARTLET_API_KEY\" \\\n  -H 'Content-Type: application/json' \\\n  -d ")
        var body = "{\"model\":\""
        appendJSON(model, to: &body)
        body += "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]}"
        appendQuoted(body, to: &out)
    }

    /// In single quotes a shell reads everything as it stands but a single quote.
    private static func appendQuoted(_ text: String, to out: inout ByteBuffer) {
        out.append("'")
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") {
                out.append("'\\''")
            } else {
                out.append(byte)
            }
        }
        out.append("'")
    }

    private static func appendJSON(_ text: String, to body: inout String) {
        for character in text.unicodeScalars {
            switch character {
            case "\"": body += "\\\""
            case "\\": body += "\\\\"
            case "\u{00}"..."\u{1F}", "\u{7F}":
                let digits = String(character.value, radix: 16)
                body += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: body.unicodeScalars.append(character)
            }
        }
    }
}
