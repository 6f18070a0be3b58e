/// The part of a request head that is the same for every request to an endpoint, written once at load.
enum UpstreamHead {
    /// From the request line on, up to and with the end of the last fixed field. The caller appends what differs
    /// (`Content-Length`, `Accept`, `traceparent`) and the empty line.
    static func prefix(provider: ProviderEntry, path: UpstreamPath, key: ProviderKey?) -> [UInt8] {
        var head = "\(path.method) \(provider.baseURL.pathPrefix)\(path.text) HTTP/1.1\r\n"
        head += "Host: \(provider.baseURL.hostField)\r\n"
        if let key { head += authentication(of: provider.dialect, secret: key.secret) }
        if let organization = provider.organization, provider.dialect == .openAI {
            head += "OpenAI-Organization: \(organization)\r\n"
        }
        if path.method.isPost { head += "Content-Type: application/json\r\n" }
        head += "User-Agent: martlet\r\n"
        for header in provider.headers { head += "\(header.name): \(header.value.reveal())\r\n" }
        return Array(head.utf8)
    }

    private static func authentication(of dialect: ProviderDialect, secret: Secret) -> String {
        switch dialect {
        case .openAI, .openAIResponses, .cohere, .vertex, .bedrock: "Authorization: Bearer \(secret.reveal())\r\n"
        case .anthropic: "x-api-key: \(secret.reveal())\r\n"
        case .gemini: "x-goog-api-key: \(secret.reveal())\r\n"
        case .azure: "api-key: \(secret.reveal())\r\n"
        }
    }
}

extension StaticString {
    fileprivate var isPost: Bool { "\(self)" == "POST" }
}
