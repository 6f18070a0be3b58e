import Completions
import JSONText

extension ChatRequestDecoder {
    private enum PartType {
        case text, image, audio, file, video, refusal
    }

    private static let partTypes: [(StaticString, PartType)] = [
        ("text", .text), ("image_url", .image), ("input_audio", .audio), ("file", .file), ("video_url", .video),
        ("input_video", .video), ("refusal", .refusal),
    ]

    mutating func readPart(_ part: JSONValue, _ message: Int, _ index: Int) throws(APIError) {
        guard part.kind == .object else {
            throw part.wrongType("messages[\(message)].content[\(index)]", "an object with a 'type'")
        }
        try part.rejectRepeatedKeys("messages[\(message)].content[\(index)]")
        var type: JSONValue?
        var text: JSONValue?
        var payload: JSONMember?
        var hasMarker = false
        var cuts = MemberCuts()
        for member in part.members {
            var kind: RequestLayout.Extra.Kind?
            switch member.name {
            case "type": type = member.value
            case "text": text = member.value
            case "image_url", "input_audio", "file", "video_url", "input_video": payload = member
            case "cache_control", "prompt_cache_breakpoint":
                kind = hasMarker ? .secondCacheMarker : .partCacheMarker
                hasMarker = true
            default: break
            }
            cuts.visit(member, cut: kind, into: &request.layout.extras)
        }
        guard let type else {
            throw .invalid(
                "messages[\(message)].content[\(index)].type",
                "'messages[\(message)].content[\(index)].type' is missing; it is \"text\", \"image_url\", "
                    + "\"input_audio\", \"file\" or \"video_url\".")
        }
        try type.checkString("messages[\(message)].content[\(index)].type")
        guard let known = Self.partTypes.first(where: { type.equals($0.0) }) else {
            countBorrowed(part, type)
            return
        }
        if known.1 == .text {
            guard let text, text.kind == .string else {
                throw (text ?? part).wrongPart("messages[\(message)].content[\(index)].text", found: text != nil)
            }
            request.promptSize.textBytes += text.range.count - 2
        } else if known.1 != .refusal {
            guard let payload, payload.key.equals(known.0) else {
                let path = "messages[\(message)].content[\(index)].\(known.0)"
                throw .invalid(path, "'\(path)' is missing; a part of type \"\(known.0)\" carries it.")
            }
            try count(known.1, payload.value, "messages[\(message)].content[\(index)].\(known.0)")
        }
    }

    /// A part of a kind that this dialect does not know. Those of Responses and of Messages hold what they would hold there;
    /// any other is the provider's to judge, and its bytes count as text.
    private mutating func countBorrowed(_ part: JSONValue, _ type: JSONValue) {
        if type.equals("input_image") || type.equals("image") {
            request.promptSize.images += 1
            request.inputModalities.insert(.image)
        } else if type.equals("input_file")
            || type.equals("document") && part["source"]?["type"]?.equals("text") != true
        {
            request.promptSize.files += 1
            request.inputModalities.insert(.file)
        } else {
            request.promptSize.textBytes += part.range.count
        }
    }

    private mutating func count(
        _ type: PartType, _ payload: JSONValue, _ path: @autoclosure () -> String
    ) throws(APIError) {
        switch type {
        case .image:
            // Some hosts take the URL as a plain string.
            if payload.kind != .string {
                guard payload.kind == .object else { throw payload.wrongType(path(), "an object with a 'url'") }
                guard let url = payload["url"], url.kind == .string else {
                    throw .invalid("\(path()).url", "'\(path()).url' must be a string: an https or data URL.")
                }
            }
            request.promptSize.images += 1
            request.inputModalities.insert(.image)
        case .audio:
            guard payload.kind == .object else { throw payload.wrongType(path(), "an object with 'data' and 'format'") }
            request.promptSize.audios += 1
            request.inputModalities.insert(.audio)
        case .file:
            guard payload.kind == .object else { throw payload.wrongType(path(), "an object") }
            request.promptSize.files += 1
            request.inputModalities.insert(.file)
        case .video:
            guard payload.kind == .object else { throw payload.wrongType(path(), "an object with a 'url'") }
            request.promptSize.videos += 1
            request.inputModalities.insert(.video)
        case .text, .refusal: break
        }
    }
}

extension JSONValue {
    fileprivate func wrongPart(_ path: String, found: Bool) -> APIError {
        found
            ? wrongType(path, "a string") : .invalid(path, "'\(path)' is missing; a text part carries its text in it.")
    }
}
