import JSONText

/// Reads the sentence out of an error answer.
enum ServerError {
    /// What to tell the user about an answer that is no success. `body` may be anything.
    static func sentence(
        status: Int, body: Span<UInt8>, key variable: ServerOptions.KeyVariable = .inference
    ) -> String {
        // A scanned value lives as long as its scanner.
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        if let json = try? scanner.scan(copying: body), let message = message(in: json) {
            return message + hint(status, variable)
        }
        return "The server answered \(status) without saying why." + hint(status, variable)
    }

    /// The sentence of an error object, at the top of an answer or of a chunk in a stream.
    static func message(in json: JSONValue) -> String? {
        guard let error = json["error"], let message = error["message"]?.string, !message.isEmpty else { return nil }
        return message
    }

    private static func hint(_ status: Int, _ variable: ServerOptions.KeyVariable) -> String {
        let kind = variable == .management ? "management key" : "key"
        return switch status {
        case 401: " Set \(variable.rawValue) or --key-file to a \(kind) of this server."
        case 403 where variable == .management: " Set \(variable.rawValue) or --key-file to a management key."
        default: ""
        }
    }
}
