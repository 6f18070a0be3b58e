/// Writes families and samples of the Prometheus text format. A scrape is seldom, so plainness goes before speed.
struct PrometheusWriter {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var bytes: [UInt8] = []
    private var name = ""

    /// Starts a family; the samples that follow belong to it.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    mutating func sample(_ labels: String, _ value: UInt64) {
        sample(suffix: "", labels, String(value))
    }

    /// A value counted in billionths.
    mutating func sample(_ labels: String, nanos: UInt64) {
        sample(suffix: "", labels, Self.decimal(nanos: nanos))
    }

    /// The histogram in `cells` from `base` on; nothing when it has no observation.
    mutating func histogram(_ labels: String, _ buckets: HistogramBuckets, _ cells: [UInt64], at base: Int) {
        let counts = cells[base..<base + buckets.bounds.count + 1]
        let total = counts.reduce(0, +)
        if total == 0 { return }
        let prefix = labels.isEmpty ? "" : labels + ","
        var running: UInt64 = 0
        for (index, bound) in buckets.bounds.enumerated() {
            running += cells[base + index]
            sample(suffix: "_bucket", prefix + "le=\"\(Self.decimal(nanos: bound))\"", String(running))
        }
        sample(suffix: "_bucket", prefix + "le=\"+Inf\"", String(total))
        sample(suffix: "_sum", labels, Self.decimal(nanos: cells[base + buckets.cells - 1]))
        sample(suffix: "_count", labels, String(total))
    }

    private mutating func sample(suffix: String, _ labels: String, _ value: String) {
        append(name + suffix)
        if !labels.isEmpty { append("{\(labels)}") }
        append(" \(value)\n")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Billionths as a plain decimal without trailing zeros.
    static func decimal(nanos: UInt64) -> String {
        let (whole, fraction) = nanos.quotientAndRemainder(dividingBy: 1_000_000_000)
        if fraction == 0 { return String(whole) }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
