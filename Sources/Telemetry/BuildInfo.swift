/// What is running, for `--version`, the metrics and the log.
package enum BuildInfo {
    /// Semantic version of the release.
    package static let version = "0.1.0"
}
