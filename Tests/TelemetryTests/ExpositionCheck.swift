/// A strict reader of the Prometheus text format 0.0.4, written from its specification.
struct ExpositionCheck {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var samples: [Sample: Double] = [:]
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(description: "the last line has no line feed") }
        var family = ""
        var lastHelp = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") {
                lastHelp = String(line.split(separator: " ")[2])
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 4, ["counter", "gauge", "histogram"].contains(words[3]) else {
                    throw Failure(description: "bad TYPE: \(line)")
                }
                family = words[2]
                guard family == lastHelp else { throw Failure(description: "\(family) has no HELP right before it") }
                guard types[family] == nil else { throw Failure(description: "\(family) is not contiguous") }
                guard words[3] != "counter" || family.hasSuffix("_total") else {
                    throw Failure(description: "counter \(family) does not end in _total")
                }
                types[family] = words[3]
            } else {
                try take(String(line), family)
            }
        }
        try checkHistograms()
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples[Sample(name: name, labels: labels)]
    }

    private mutating func take(_ line: String, _ family: String) throws {
        var rest = Substring(line)
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") })
        rest = rest.dropFirst(name.count)
        guard let first = name.first, !first.isNumber else { throw Failure(description: "no metric name: \(line)") }
        let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { name == family + $0 }) else {
            throw Failure(description: "\(name) stands in the family \(family)")
        }
        var labels: [String: String] = [:]
        if rest.first == "{" { labels = try Self.labels(&rest, line) }
        guard rest.first == " ", let value = Double(rest.dropFirst()) else {
            throw Failure(description: "no value: \(line)")
        }
        let sample = Sample(name: name, labels: labels)
        guard samples.updateValue(value, forKey: sample) == nil else { throw Failure(description: "twice: \(line)") }
    }

    private static func labels(_ rest: inout Substring, _ line: String) throws -> [String: String] {
        var labels: [String: String] = [:]
        repeat {
            rest = rest.dropFirst()
            let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, !name.first!.isNumber, rest.hasPrefix("=\"") else {
                throw Failure(description: "bad label: \(line)")
            }
            rest = rest.dropFirst(2)
            var value = ""
            while let character = rest.first, character != "\"" {
                rest = rest.dropFirst()
                if character == "\\" {
                    guard let next = rest.first, let plain = ["\\": "\\", "\"": "\"", "n": "\n"][next] else {
                        throw Failure(description: "bad escape: \(line)")
                    }
                    rest = rest.dropFirst()
                    value += plain
                } else {
                    value.append(character)
                }
            }
            guard rest.first == "\"" else { throw Failure(description: "open label value: \(line)") }
            rest = rest.dropFirst()
            guard labels.updateValue(value, forKey: name) == nil else {
                throw Failure(description: "label twice: \(line)")
            }
        } while rest.first == ","
        guard rest.first == "}" else { throw Failure(description: "labels do not end: \(line)") }
        rest = rest.dropFirst()
        return labels
    }

    /// Buckets rise, end in +Inf, and agree with the count.
    private func checkHistograms() throws {
        for (family, _) in types.filter({ $0.value == "histogram" }) {
            var buckets: [[String: String]: [(bound: Double, count: Double)]] = [:]
            for (sample, value) in samples where sample.name == family + "_bucket" {
                var labels = sample.labels
                guard let text = labels.removeValue(forKey: "le"), let bound = Double(text) else {
                    throw Failure(description: "\(family) has a bucket without a bound")
                }
                buckets[labels, default: []].append((bound, value))
            }
            for (labels, unsorted) in buckets {
                let sorted = unsorted.sorted { $0.bound < $1.bound }
                guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0.count <= $1.count }) else {
                    throw Failure(description: "\(family) \(labels) falls")
                }
                guard sorted.last?.bound == .infinity, sorted.last?.count == value(family + "_count", labels),
                    value(family + "_sum", labels) != nil
                else { throw Failure(description: "\(family) \(labels) has no end") }
            }
        }
    }
}
