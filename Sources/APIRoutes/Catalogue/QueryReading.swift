import Accounting
import Completions

/// Reads the parameters of catalogue requests; what cannot be meant is a 400 that says what can.
extension QueryParameters {
    /// The value of a parameter; nil for one that is absent or empty.
    func text(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The words of a list with commas; spaces around them do not count.
    func words(_ name: String) -> [String] {
        text(name)?.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty } ?? []
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(APIError) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        throw .wrong(name, text, takes: Choice.allCases.map(\.rawValue))
    }

    /// A whole number that is at least `minimum`.
    func whole(_ name: String, atLeast minimum: Int = 0) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text),
            (minimum...1_000_000_000).contains(value)
        else { throw .wrong(name, text, "must be a whole number from \(minimum) to 1000000000") }
        return value
    }

    /// A number that is not negative, and not above `maximum`.
    func number(_ name: String, upTo maximum: Double = 1_000_000) throws(APIError) -> Double? {
        guard let text = text(name) else { return nil }
        guard let value = Double(text), (0...maximum).contains(value) else {
            throw .wrong(name, text, "must be a number from 0 to \(Int(maximum))")
        }
        return value
    }

    /// Dollars per million tokens, in millionths of pico-dollars per token.
    func price(_ name: String) throws(APIError) -> Int64? {
        guard let text = text(name) else { return nil }
        do throws(PriceError) {
            return try PriceQuote(text).price.picos
        } catch {
            throw .wrong(name, text, "must be dollars per million tokens as a number from 0 to 1000000")
        }
    }

    /// The bounds `min_…` and `max_…` of something; nil where neither is given.
    func bounds<Value: Comparable>(
        _ name: String, _ read: (String) throws(APIError) -> Value?
    ) throws(APIError) -> CatalogueBounds<Value>? {
        let bounds = CatalogueBounds(min: try read("min_\(name)"), max: try read("max_\(name)"))
        if bounds.min == nil, bounds.max == nil { return nil }
        if let min = bounds.min, let max = bounds.max, min > max {
            throw .invalid("min_\(name)", "min_\(name) must not be above max_\(name).")
        }
        return bounds
    }
}

/// From and to, either of them open.
struct CatalogueBounds<Value: Comparable> {
    let min: Value?
    let max: Value?

    /// What is not known is within no bounds.
    func contains(_ value: Value?) -> Bool {
        guard let value else { return false }
        if let min, value < min { return false }
        if let max, value > max { return false }
        return true
    }
}

extension APIError {
    /// A 400 for a query parameter: what is wrong with its value, and what would be right.
    static func wrong(_ name: String, _ value: String, _ rule: String) -> APIError {
        let shown = value.utf8.count > 64 ? "\(value.prefix(64))…" : value
        return .invalid(name, "\(name) \(rule), not \"\(shown)\".")
    }

    static func wrong(_ name: String, _ value: String, takes words: [String]) -> APIError {
        if words.count == 1 { return .wrong(name, value, "must be \(words[0]) where it is given") }
        return .wrong(name, value, "must be \(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])")
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
