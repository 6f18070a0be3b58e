import Access

extension ConfigurationReader {
    /// `fetch_images: {enabled, max_size, max_total, max_count, max_redirects, timeout, allow_private}`.
    mutating func fetchImages(_ node: YAMLNode?) -> MediaFetchSettings {
        var fetch = MediaFetchSettings()
        guard let node, let values = mapping(node, .fetchImages) else { return fetch }
        fetch.isEnabled = bool(values["enabled"], "enabled") ?? fetch.isEnabled
        fetch.bytesMax = bytes(values["max_size"], "max_size", in: ConfigurationLimits.fetchedBytes) ?? fetch.bytesMax
        fetch.totalBytesMax =
            bytes(values["max_total"], "max_total", in: ConfigurationLimits.fetchedBytes)
            ?? max(fetch.totalBytesMax, fetch.bytesMax)
        fetch.countMax =
            integer(values["max_count"], "max_count", in: ConfigurationLimits.fetchedCount) ?? fetch.countMax
        fetch.redirectsMax =
            integer(values["max_redirects"], "max_redirects", in: ConfigurationLimits.redirects) ?? fetch.redirectsMax
        fetch.timeoutMs = milliseconds(values["timeout"], "timeout") ?? fetch.timeoutMs
        fetch.allowedPrivate = networks(values["allow_private"], "allow_private") ?? []
        if fetch.bytesMax > fetch.totalBytesMax {
            report(node.line, "fetch_images: max_size is larger than max_total, so that no such image could be taken")
        }
        return fetch
    }
}
