import Catalog

extension ProviderDialect {
    /// Why a model of a provider cannot be asked in this dialect, as a sentence for the operator; nil where it can.
    ///
    /// An endpoint has its provider's address and keys, which must be of the kind that its own dialect needs.
    func obstacle(at provider: ProviderEntry) -> String? {
        guard self != provider.dialect else { return nil }
        if isVertex != provider.dialect.isVertex || (self == .bedrock) != (provider.dialect == .bedrock) {
            return "\(provider.slug) speaks \(provider.dialect.rawValue), whose address and keys are of another kind "
                + "than those of \(rawValue); list a provider of that dialect for it"
        }
        let path = provider.baseURL.pathPrefix
        if !takesBareHost, provider.dialect.takesBareHost, !UpstreamPath.endsInVersion(path) {
            return "base_url of \(provider.slug) is that of \(provider.dialect.rawValue), without the path that "
                + "\(rawValue) needs, such as /v1; list a provider of that dialect for it"
        }
        guard let path = chatPath(in: provider.baseURL) else { return nil }
        return "base_url of \(provider.slug) ends in \(path), where it is not spoken"
    }

    /// The end of an address that a provider has beside its own dialect's, for clients of OpenAI.
    func chatPath(in url: BaseURL) -> String? {
        guard [.anthropic, .gemini, .cohere].contains(self) else { return nil }
        return ["/v1beta/openai", "/openai/v1", "/openai", "/compatibility/v1"].first { url.pathPrefix.hasSuffix($0) }
    }
}
