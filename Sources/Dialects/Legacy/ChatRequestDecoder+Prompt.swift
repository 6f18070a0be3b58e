import Completions
import JSONText

extension ChatRequestDecoder {
    /// `prompt` in its four forms: a text, several texts, one list of tokens, several lists of tokens.
    mutating func readPrompt(_ value: JSONValue) throws(APIError) {
        switch value.kind {
        case .string:
            request.promptForm = .string
            request.promptSize.textBytes += value.range.count - 2
        case .array:
            try readPrompts(value)
        default:
            throw value.wrongType("prompt", "a string, an array of strings, or tokens")
        }
    }

    private mutating func readPrompts(_ value: JSONValue) throws(APIError) {
        guard let first = value[0] else {
            throw .invalid("prompt", "'prompt' is empty; send the text to complete.")
        }
        switch first.kind {
        case .string: request.promptForm = .strings
        case .number: request.promptForm = .tokens
        case .array: request.promptForm = .tokenLists
        default: throw first.wrongType("prompt[0]", "a string, a token or a list of tokens")
        }
        var count = 0
        for element in value.elements {
            guard element.kind == first.kind else { throw element.wrongType("prompt[\(count)]", first.kindName) }
            switch element.kind {
            case .string: request.promptSize.textBytes += element.range.count - 2
            case .number: try addToken(element, "prompt[\(count)]")
            default:
                var position = 0
                for token in element.elements {
                    try addToken(token, "prompt[\(count)][\(position)]")
                    position += 1
                }
            }
            count += 1
        }
        if request.promptForm != .tokens { prompts = count }
        guard prompts <= DialectLimits.choices.upperBound else {
            throw .invalid("prompt", "'prompt' may hold at most \(DialectLimits.choices.upperBound) prompts.")
        }
    }

    /// A token stands for about four bytes of text, and never for less than one.
    private mutating func addToken(_ value: JSONValue, _ path: @autoclosure () -> String) throws(APIError) {
        _ = try value.requireInteger(0...Int(UInt32.max), path())
        request.promptSize.textBytes += 4
    }
}
