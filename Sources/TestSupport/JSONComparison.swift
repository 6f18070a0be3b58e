import Foundation

/// Compares JSON texts as values: member order, spacing and the spelling of numbers and escapes do not count.
package enum JSONComparison {
    /// Where the texts first differ, as a sentence with the path; nil when they are the same value.
    package static func difference(_ actual: String, _ expected: String) -> String? {
        guard let actualValue = parse(actual) else { return "the actual text is no JSON: \(actual.prefix(200))" }
        guard let expectedValue = parse(expected) else {
            return "the expected text is no JSON: \(expected.prefix(200))"
        }
        return difference(actualValue, expectedValue, path: "$")
    }

    package static func difference(_ actual: [UInt8], _ expected: String) -> String? {
        difference(String(decoding: actual, as: UTF8.self), expected)
    }

    /// The value at a path such as `choices.0.delta.content`, as JSON text with sorted keys; nil when absent.
    package static func value(at path: String, in text: String) -> String? {
        guard var value = parse(text) else { return nil }
        for step in path.split(separator: ".") {
            if let object = value as? [String: Any], let next = object[String(step)] {
                value = next
            } else if let array = value as? [Any], let index = Int(step), array.indices.contains(index) {
                value = array[index]
            } else {
                return nil
            }
        }
        return show(value)
    }

    package static func isValid(_ text: String) -> Bool { parse(text) != nil }

    private static func parse(_ text: String) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    }

    private static func show(_ value: Any) -> String {
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: value, options: options) else { return "\(value)" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func difference(_ actual: Any, _ expected: Any, path: String) -> String? {
        if let actual = actual as? [String: Any], let expected = expected as? [String: Any] {
            for key in Set(actual.keys).union(expected.keys).sorted() {
                guard let theirs = expected[key] else {
                    return "\(path).\(key) is \(show(actual[key]!)), expected no such key"
                }
                guard let ours = actual[key] else { return "\(path).\(key) is missing, expected \(show(theirs))" }
                if let found = difference(ours, theirs, path: "\(path).\(key)") { return found }
            }
            return nil
        }
        if let actual = actual as? [Any], let expected = expected as? [Any] {
            if actual.count != expected.count {
                return "\(path) has \(actual.count) elements, expected \(expected.count)"
            }
            for index in actual.indices {
                if let found = difference(actual[index], expected[index], path: "\(path)[\(index)]") { return found }
            }
            return nil
        }
        let (ours, theirs) = (show(actual), show(expected))
        return ours == theirs ? nil : "\(path) is \(ours), expected \(theirs)"
    }
}
