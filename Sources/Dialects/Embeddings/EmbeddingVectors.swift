import Buffers
import Completions
import JSONText

/// Vectors in the form that a caller wants. Numbers become the nearest 32-bit floats and those their shortest decimal
/// text, so that there and back again changes no bit.
enum EmbeddingVectors {
    /// Reads one vector of a provider: an array of numbers or base64.
    static func read(
        _ value: JSONValue?, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer.Vector {
        guard let value else { throw unreadable }
        if let text = value.string {
            if encoding == .base64, floats(base64: text) != nil { return .base64(padded(text)) }
            guard encoding == .float, let numbers = numbers(base64: text) else { throw unreadable }
            return .numbers(numbers)
        }
        guard value.isArray else { throw unreadable }
        if encoding == .float {
            guard value.elements.allSatisfy(\.isFloat) else { throw unreadable }
            return .numbers(RawJSON(value.rawText))
        }
        guard let text = base64(numbers: value) else { throw unreadable }
        return .base64(text)
    }

    /// The array as base64 of little-endian 32-bit floats; nil where an element is no number or too large for one.
    static func base64(numbers: JSONValue) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 4)
        for element in numbers.elements {
            // Not by way of a double, which would round twice.
            guard element.isNumber, let value = Float(element.rawText), value.isFinite else { return nil }
            let bits = value.bitPattern
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return Base64.encode(bytes)
    }

    /// The floats as a JSON array; nil for what is no base64 of whole, finite floats.
    static func numbers(base64 text: String) -> RawJSON? {
        guard let floats = floats(base64: text) else { return nil }
        var json = "["
        json.reserveCapacity(floats.count * 12)
        for (index, value) in floats.enumerated() {
            if index > 0 { json += "," }
            json += value.description
        }
        return RawJSON(json + "]")
    }

    /// With all of its padding, which may be left out and which most decoders insist on.
    private static func padded(_ base64: String) -> String {
        base64.utf8.count % 4 == 0 ? base64 : Base64.decode(base64).map { Base64.encode($0) } ?? base64
    }

    private static func floats(base64 text: String) -> [Float]? {
        guard let bytes = Base64.decode(text), bytes.count % 4 == 0 else { return nil }
        var floats: [Float] = []
        floats.reserveCapacity(bytes.count / 4)
        for index in stride(from: 0, to: bytes.count, by: 4) {
            let low = UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
            let value = Float(bitPattern: low | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24)
            guard value.isFinite else { return nil }
            floats.append(value)
        }
        return floats
    }

    private static let unreadable = AnswerError(
        status: 502, message: "The provider sent an embedding that is neither an array of numbers nor base64.")
}

extension JSONValue {
    /// The digits of the largest float, 3.4028235e38.
    private static let floatDigits = 39

    /// Whether this is a number and not too large for a 32-bit float.
    fileprivate var isFloat: Bool {
        guard isNumber else { return false }
        // Few digits and no exponent are no large number, and need not be read to know that.
        let isPlain = withRawSpan { bytes in
            if bytes.count >= Self.floatDigits { return false }
            for index in bytes.indices where bytes[index] | 0x20 == UInt8(ascii: "e") { return false }
            return true
        }
        return isPlain || Float(rawText)?.isFinite ?? false
    }
}
