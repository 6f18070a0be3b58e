package import Completions

extension CanonicalRequest {
    /// Asks for a search of the web as the plugin `web` and `:online` want it, where the request does not say itself how
    /// to search.
    package mutating func askForWebSearch() {
        if webSearchOptions != nil || tools.contains(where: { $0.isNative && $0.name.hasPrefix("web_search") }) {
            return
        }
        webSearchOptions = RawJSON("{}")
    }
}
