/// What a provider does with one request. docs/simulator.md describes each property under its JSON name.
struct Scenario {
    enum Usage {
        case asked, always, none
        case given(String)
    }

    enum Framing: String {
        case chunked, length, close
    }

    struct ToolCall {
        var name: String
        var arguments: String
    }

    var status = 200
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    var contentType: String?
    var latencyMs = 0
    var ttftMs = 0
    var gapMs = 0
    var text: String
    var chunks: Int?
    var chunkBytes = 0
    var isUnlimited = false
    var reasoning: String?
    var toolCalls: [ToolCall] = []
    var serviceTier: String?
    var finishReason: String? = "stop"
    var usage = Usage.asked
    var sendsDone = true
    var error = #"{"message":"The simulator was told to fail.","type":"server_error","code":null}"#
    var errorAfterChunks: Int?
    var stallAfterChunks: Int?
    var stalls = false
    var cutAfterBytes: Int?
    var cutsWithReset = false
    var stream: [UInt8]?
    var pieceBytes: Int?
    var framing: Framing?
    var closes = false
    var echoes = false

    init(provider: String) {
        text = "Hello from \(provider)."
    }

    /// The answer's text, chunk by chunk; endless when the scenario is.
    func piece(_ index: Int, of words: [String]) -> String? {
        var piece: String
        if isUnlimited || chunks != nil {
            if let chunks, index >= chunks, !isUnlimited { return nil }
            piece = "t\(index) "
        } else {
            if index >= words.count { return nil }
            piece = words[index]
        }
        let missing = chunkBytes - piece.utf8.count
        if missing > 0 { piece += String(repeating: "x", count: missing) }
        return piece
    }

    /// The words of `text`, each with the space that follows it.
    var words: [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            word.append(character)
            if character == " " {
                words.append(word)
                word = ""
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
