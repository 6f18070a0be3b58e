/// Label values of the Prometheus text format.
enum PrometheusLabel {
    /// Escapes backslash, quote and line feed (the format's rule), cuts at `TelemetryLimits.labelBytes` and replaces
    /// other control characters, which no model or provider name needs.
    static func escape(_ value: String) -> String {
        var result = ""
        var length = 0
        for scalar in value.unicodeScalars {
            length += scalar.utf8.count
            if length > TelemetryLimits.labelBytes { break }
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
