import JSONText

/// What the answer of Bedrock or Vertex AI to a conversation without messages says about how it is set up: who asks is
/// checked before what is asked. Source: Amazon's "Common errors" of Bedrock, Google's "API errors" of Vertex AI.
enum ProbeAnswer {
    /// - Parameter errorType: the field `x-amzn-errortype`.
    static func finding(
        _ area: String, status: Int, milliseconds: UInt64, errorType: String?, body: Span<UInt8>
    ) -> Finding {
        let (type, sentence) = said(errorType, body)
        let name = type.map { " \($0)" } ?? ""
        let reason = sentence.map { ": \($0)" } ?? "."
        switch status {
        case 200..<300, 400: return Finding(area, .ok, "answers in \(milliseconds) ms and takes the key.")
        case 401, 403:
            return Finding(
                area, .error, "refuses the key (\(status)\(name))\(reason) \(advice(type ?? "", sentence ?? ""))")
        case 404:
            return Finding(
                area, .error, "does not know the model (404\(name))\(reason) Check `model`, and its place.")
        case 429: return Finding(area, .warning, "is there and limits our rate right now (429).")
        case 500...:
            return Finding(area, .error, "answers \(status): it has trouble of its own; see its status page.")
        default: return Finding(area, .warning, "answers \(status)\(name) to a conversation without messages\(reason)")
        }
    }

    /// The error's name, and the first line of its message: further lines of Amazon's repeat the request's head.
    private static func said(_ errorType: String?, _ body: Span<UInt8>) -> (type: String?, sentence: String?) {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        let root = try? scanner.scan(copying: body)
        // Google wraps its error, and where it streams the wrapping stands in a list.
        let error = (root?.isArray == true ? root?[0] : root)?["error"]
        let type =
            errorType?.prefix { $0 != ":" } ?? root?["__type"]?.string?.split(separator: "#").last
            ?? error?["status"]?.string.map { $0[...] }
        let message = root?["message"]?.string ?? root?["Message"]?.string ?? error?["message"]?.string
        let line = message?.split(separator: "\n").first.map { String($0.prefix(300)) }
        return (type.map(String.init), line.map { $0.hasSuffix(".") ? $0 : $0 + "." })
    }

    private static func advice(_ type: String, _ sentence: String) -> String {
        switch type {
        case "InvalidSignatureException", "SignatureDoesNotMatch":
            sentence.hasPrefix("Signature ")
                ? "Set the machine's clock." : "Check `secret_access_key`, `session_token` and `region`."
        case "UnrecognizedClientException", "InvalidClientTokenId":
            "Check `access_key_id`, and `session_token` where the id begins with ASIA."
        case "ExpiredTokenException": "Get new session credentials."
        case "AccessDeniedException": "Allow `bedrock:InvokeModel` for the model, and see that it is on in this region."
        case "PERMISSION_DENIED":
            "Give the account the role Vertex AI User in the `project`, and switch the Vertex AI API on there."
        case "UNAUTHENTICATED": "Check its `credentials`."
        default: "Check its `api_key` or access keys."
        }
    }
}
