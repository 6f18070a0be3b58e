import JSONText

/// A request as it came, and the little of it that the simulator acts on.
struct SimulatedRequest {
    var provider: String
    /// Path below the provider, such as `/v1/chat/completions`.
    var path: String
    /// The head as received, without its empty line.
    var head: String
    var body: [UInt8]
    var model = "sim"
    var streams = false
    var wantsUsage = false
    var tag: String?
    /// The text of the script after `@sim `, or nil.
    var script: String?
    /// Of requests for embeddings or an order.
    var retrieval = RetrievalInput()

    var isLegacy: Bool { !path.hasSuffix("/chat/completions") }

    init(provider: String, path: String, head: String, body: [UInt8]) {
        self.provider = provider
        self.path = path
        self.head = head
        self.body = body
    }

    /// What `echo` and the ledger show.
    var json: String {
        var fields: [String] = []
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append("\(quoted(line[..<colon].lowercased())):\(quoted(String(value)))")
        }
        let kept = body.count <= RequestLedger.bodyBytesKept ? String(decoding: body, as: UTF8.self) : ""
        return """
            {"line":\(quoted(String(head.prefix { $0 != "\r\n" }))),"headers":{\(fields.joined(separator: ","))},\
            "body_bytes":\(body.count),"body":\(quoted(kept))}
            """
    }

    /// Reads the JSON body; one that is none leaves the defaults.
    mutating func readBody(with scanner: JSONScanner) {
        guard let value = try? scanner.scan(copying: body.span) else { return }
        model = value["model"]?.string ?? model
        streams = value["stream"]?.bool ?? false
        if path.contains(":streamGenerateContent") || path.hasSuffix("/converse-stream") { streams = true }
        wantsUsage = value["stream_options"]?["include_usage"]?.bool ?? false
        if isRetrieval { retrieval = RetrievalInput(value) }
        guard let text = isRetrieval ? retrieval.scriptText : Self.lastUserText(value), text.hasPrefix(Self.marker)
        else { return }
        script = Self.object(at: text.dropFirst(Self.marker.count))
    }

    private static let marker = "@sim "

    private static func lastUserText(_ value: JSONValue) -> String? {
        if let prompt = value["prompt"]?.string { return prompt }
        if let input = value["input"]?.string { return input }
        guard let messages = value["messages"] ?? value["input"] ?? value["contents"] else { return nil }
        var found: String?
        for message in messages.elements where message["role"]?.equals("user") ?? false {
            let content = message["content"] ?? message["parts"]
            found = content?.string ?? content.flatMap(scriptText) ?? content?[0]?["text"]?.string ?? found
        }
        return found
    }

    /// The part that is a script, whatever a router has put before it.
    private static func scriptText(_ parts: JSONValue) -> String? {
        for part in parts.elements {
            if let text = part["text"]?.string, text.hasPrefix(marker) { return text }
        }
        return nil
    }

    /// The JSON object at the start of `text`: up to the brace that closes it.
    private static func object(at text: Substring) -> String? {
        var depth = 0
        var inString = false
        var isEscaped = false
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                inString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return String(text[...index]) }
            }
        }
        return nil
    }
}

/// A JSON string with its quotes.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case let other where other.value < 0x20:
            result += "\\u00" + (other.value < 16 ? "0" : "") + String(other.value, radix: 16)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
