import Foundation
import JSONText
import Testing

/// Random documents, compared with Foundation's reader and with the reference.
@Suite struct JSONRandomTests {
    let scanner = JSONScanner()

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static func text(depth: Int, _ random: inout Generator) -> String {
        let space = [" ", "", "", "", "\n", "\t ", "\r\n"].randomElement(using: &random)!
        let value: String
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: value = string(&random)
        case 1: value = String(Int.random(in: -1000...1_000_000_000, using: &random))
        case 2: value = String(Double.random(in: -1e6...1e6, using: &random))
        case 3: value = ["true", "false", "null"].randomElement(using: &random)!
        case 4: value = ["1e5", "-0", "0.25", "12E-3", "9223372036854775807"].randomElement(using: &random)!
        case 5, 6:
            let members = (0..<Int.random(in: 0...5, using: &random)).map { index in
                let key = "\"k\(index)\(string(&random).dropFirst())"
                return "\(space)\(key)\(space):\(text(depth: depth - 1, &random))"
            }
            value = "{\(members.joined(separator: ","))\(space)}"
        default:
            let elements = (0..<Int.random(in: 0...5, using: &random)).map { _ in text(depth: depth - 1, &random) }
            value = "[\(elements.joined(separator: ","))\(space)]"
        }
        return space + value + space
    }

    static func string(_ random: inout Generator) -> String {
        let pieces = [
            "a", "bc", "é", "😀", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "{", "]", ",", ":", " ", "日",
        ]
        let count = Int.random(in: 0...(Bool.random(using: &random) ? 3 : 40), using: &random)
        return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined() + "\""
    }

    @Test func agreesWithFoundation() throws {
        var random = Generator(state: 7)
        for _ in 0..<400 {
            let text = Self.text(depth: 5, &random)
            let value = try scanner.scan(copying: text)
            let foundation = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect(Self.matches(value, foundation), "\(text)")
        }
    }

    @Test func agreesWithTheReferenceOnDamagedTexts() {
        var random = Generator(state: 11)
        for _ in 0..<4000 {
            var bytes = Array(Self.text(depth: 3, &random).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: index)
                default: bytes.insert("{}[],:\"\\ 0ntf\u{0}".utf8.randomElement(using: &random)!, at: index)
                }
            }
            let value = try? scanner.scan(copying: bytes.span)
            #expect(value.map { ReferenceJSON($0) } == ReferenceJSON.parse(bytes), "\(bytes)")
        }
    }

    static func matches(_ value: JSONValue, _ other: Any) -> Bool {
        switch value.kind {
        case .object:
            guard let object = other as? [String: Any], object.count == value.count else { return false }
            return value.members.allSatisfy { member in
                object[member.key.string].map { matches(member.value, $0) } ?? false
            }
        case .array:
            guard let array = other as? [Any], array.count == value.count else { return false }
            return zip(value.elements, array).allSatisfy { matches($0, $1) }
        case .string: return value.string == other as? String
        case .number:
            // Foundation goes by way of its decimals, which may cost a last bit.
            guard let double = value.double, let number = other as? NSNumber else { return false }
            return double == Double(value.numberText!) && abs(double - number.doubleValue) <= abs(double) * 1e-15
        case .true, .false: return value.bool == other as? Bool
        case .null: return other is NSNull
        }
    }
}
