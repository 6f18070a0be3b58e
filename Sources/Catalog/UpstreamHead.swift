/// The part of a request head that is the same for every request to an endpoint, written once at load.
enum UpstreamHead {
    /// From the request line on, up to and with the end of the last fixed field. The caller appends what differs
    /// (`Content-Length`, `Accept`, `traceparent`) and the empty line.
    ///
    /// Without authentication where each request has to prove anew who asks. Empty where the provider has no such API.
    static func prefix(
        _ provider: ProviderEntry, _ dialect: ProviderDialect, _ path: UpstreamPath, model: String, key: ProviderKey?
    ) -> [UInt8] {
        let base = provider.address(of: path)
        guard let target = path.target(dialect, model: model, below: base.pathPrefix) else { return [] }
        var head = "\(path.isPost ? "POST" : "GET") \(target) HTTP/1.1\r\n"
        head += "Host: \(base.hostField)\r\n"
        if let key, key.use == .sent { head += authentication(of: dialect, secret: key.secret) }
        if let organization = provider.organization, dialect == .openAI || dialect == .openAIResponses {
            head += "OpenAI-Organization: \(organization)\r\n"
        }
        if dialect == .anthropic { head += "anthropic-version: \(provider.quirks.anthropicVersion.rawValue)\r\n" }
        if path.isPost { head += "Content-Type: application/json\r\n" }
        head += "User-Agent: martlet\r\n"
        for header in provider.headers { head += "\(header.name): \(header.value.reveal())\r\n" }
        return Array(head.utf8)
    }

    private static func authentication(of dialect: ProviderDialect, secret: Secret) -> String {
        switch dialect {
        case .openAI, .openAIResponses, .cohere, .vertex, .vertexAnthropic, .bedrock:
            "Authorization: Bearer \(secret.reveal())\r\n"
        case .anthropic: "x-api-key: \(secret.reveal())\r\n"
        case .gemini: "x-goog-api-key: \(secret.reveal())\r\n"
        case .azure: "api-key: \(secret.reveal())\r\n"
        }
    }
}
