import Foundation
import Testing

/// A JSON tree read by Foundation: the second opinion that every test here compares with.
indirect enum JSON: Equatable, CustomStringConvertible {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(_ text: some StringProtocol) throws {
        self.init(try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    }

    private init(_ value: Any) {
        switch value {
        case let members as [String: Any]: self = .object(members.mapValues(JSON.init))
        case let elements as [Any]: self = .array(elements.map(JSON.init))
        case let text as String: self = .string(text)
        case let number as NSNumber:
            // Foundation's booleans are numbers of the C type char.
            if number.objCType.pointee == CChar(UInt8(ascii: "c")) {
                self = .bool(number.boolValue)
            } else if let integer = Int64(exactly: number.doubleValue), abs(integer) < 1 << 53 {
                self = .integer(integer)
            } else {
                self = .double(number.doubleValue)
            }
        default: self = .null
        }
    }

    subscript(_ key: String) -> JSON {
        if case .object(let members) = self { return members[key] ?? .null }
        return .null
    }

    subscript(_ index: Int) -> JSON {
        if case .array(let elements) = self, elements.indices.contains(index) { return elements[index] }
        return .null
    }

    var text: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    var number: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    var elements: [JSON] {
        if case .array(let values) = self { return values }
        return []
    }

    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array(let values): "[\(values.map(\.description).joined(separator: ","))]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
                + "}"
        }
    }
}
