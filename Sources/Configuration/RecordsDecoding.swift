extension ConfigurationReader {
    /// `records: {keep: 30d, max_size: 10GB}`; either may be without end.
    mutating func records(_ node: YAMLNode?) -> Configuration.Records {
        var records = Configuration.Records()
        guard let node, let values = mapping(node, .records) else { return records }
        if let keep = values["keep"] {
            if text(keep, "keep") == "forever" {
                records.keepMs = nil
            } else if let value = milliseconds(keep, "keep", in: ConfigurationLimits.keepMs) {
                records.keepMs = Int64(value)
            }
        }
        if let size = values["max_size"] {
            if text(size, "max_size") == "unlimited" {
                records.bytesMax = nil
            } else if let value = bytes(size, "max_size", in: ConfigurationLimits.recordsBytes) {
                records.bytesMax = Int64(value)
            }
        }
        return records
    }
}
